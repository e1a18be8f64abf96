#!/bin/sh
# Makes this checkout ready and lets Codex use it: scripts/setup-codex.sh [OPTION...]
# The options are those of `commons setup`, for example --yes, --dry-run or --docker. Run it again after `git pull`.
set -eu

if ! command -v node >/dev/null 2>&1; then
  printf '%s\n' 'error: there is no node in PATH.' \
    'next: Install Node 24 from https://nodejs.org or with your version manager ("nvm install 24"), then run this again.' >&2
  exit 5
fi

# Also through a link to this file. CDPATH would let cd print the directory, and choose another.
script=$0
while [ -L "$script" ]; do
  directory=$(CDPATH='' cd -- "$(dirname -- "$script")" && pwd -P)
  script=$(readlink -- "$script")
  case $script in /*) ;; *) script=$directory/$script ;; esac
done
here=$(CDPATH='' cd -- "$(dirname -- "$script")" && pwd -P)

# Installs what is missing or old, and builds what changed. What it tells goes to stderr: stdout is the answer of setup alone.
node "$here/run.cjs" build >&2
exec node "$here/../bin/commons.mjs" setup --client codex "$@"
