/** One row of the built-in ignore rules, in the syntax of .gitignore. A project's own rules may take any of them back with `!`. */
export interface DefaultIgnore {
  readonly patterns: readonly string[];
  readonly why: string;
  /** `no-git`: only where there is no repository, because in one a folder of that name may be committed source. */
  readonly when: "always" | "no-git";
}

/**
 * What is left out before any .gitignore is asked. Names stand whole: `dist/` drops neither `dialogs/` nor `blogs/`, and
 * no rule touches `.github/`. Generated sources that people read and step through (`*.pb.go`, `*.d.ts`) stay in.
 */
const defaultIgnores: readonly DefaultIgnore[] = [
  { when: "always", why: "Version control's own files.", patterns: [".git", ".hg/", ".svn/", ".jj/", "CVS/"] },
  {
    when: "always",
    why: "Installed dependencies: the code of others, larger than the project.",
    patterns: [
      "node_modules/",
      "bower_components/",
      ".venv/",
      "site-packages/",
      ".yarn/cache/",
      ".yarn/unplugged/",
      ".pnp.*",
      ".gradle/",
    ],
  },
  {
    when: "always",
    why: "Caches of tools.",
    patterns: [
      "__pycache__/",
      "*.pyc",
      ".mypy_cache/",
      ".pytest_cache/",
      ".ruff_cache/",
      ".tox/",
      ".nox/",
      ".cache/",
      ".parcel-cache/",
      ".turbo/",
      ".eslintcache",
      "*.tsbuildinfo",
      ".terraform/",
      ".ipynb_checkpoints/",
      ".DS_Store",
      "Thumbs.db",
      "*.swp",
      "*~",
    ],
  },
  {
    when: "always",
    why: "Lock files: long, written by tools, and they match every package name in a search.",
    patterns: [
      "package-lock.json",
      "npm-shrinkwrap.json",
      "yarn.lock",
      "pnpm-lock.yaml",
      "bun.lock",
      "bun.lockb",
      "deno.lock",
      "Cargo.lock",
      "poetry.lock",
      "uv.lock",
      "pdm.lock",
      "Pipfile.lock",
      "Gemfile.lock",
      "composer.lock",
      "go.sum",
      "flake.lock",
      "mix.lock",
      "pubspec.lock",
      "Podfile.lock",
      "packages.lock.json",
      ".terraform.lock.hcl",
    ],
  },
  {
    when: "always",
    why: "Minified code and source maps: written by tools, read by none.",
    patterns: [
      "*.min.js",
      "*.min.mjs",
      "*.min.cjs",
      "*.min.css",
      "*.js.map",
      "*.mjs.map",
      "*.cjs.map",
      "*.css.map",
      "*.d.ts.map",
    ],
  },
  {
    when: "no-git",
    why: "Build output, by the usual names.",
    patterns: [
      "dist/",
      "build/",
      "out/",
      "target/",
      "coverage/",
      ".next/",
      ".nuxt/",
      ".output/",
      ".svelte-kit/",
      ".angular/",
      "venv/",
      "DerivedData/",
      "CMakeFiles/",
      "*.o",
      "*.class",
    ],
  },
];

/** The patterns that apply, one a line. */
export function defaultIgnoreText(isRepository: boolean): string {
  return defaultIgnores
    .filter((row) => row.when === "always" || !isRepository)
    .flatMap((row) => row.patterns)
    .join("\n");
}
