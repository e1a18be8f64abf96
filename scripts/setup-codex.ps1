# Makes this checkout ready and lets Codex use it: scripts/setup-codex.ps1 [OPTION...]
# The options are those of `commons setup`, for example --yes, --dry-run or --docker. Run it again after `git pull`.
# Where Windows lets no script run: powershell -ExecutionPolicy Bypass -File scripts\setup-codex.ps1
$ErrorActionPreference = 'Stop'

if (-not (Get-Command node -CommandType Application -ErrorAction SilentlyContinue)) {
  [Console]::Error.WriteLine('error: there is no node in PATH.')
  [Console]::Error.WriteLine('next: Install Node 24 from https://nodejs.org or with "winget install OpenJS.NodeJS.LTS", then run this again.')
  exit 5
}

# Installs what is missing or old, and builds what changed. What it tells goes to stderr: stdout is the answer of setup alone.
# Windows PowerShell takes a program's stderr for errors of its own where it is redirected, so it is not.
$built = & node (Join-Path $PSScriptRoot 'run.cjs') build
$code = $LASTEXITCODE
foreach ($line in $built) { [Console]::Error.WriteLine($line) }
if ($code -ne 0) { exit $code }

& node ([IO.Path]::Combine($PSScriptRoot, '..', 'bin', 'commons.mjs')) setup --client codex @args
exit $LASTEXITCODE
