import type { SkipReason } from "../core/document.ts";
import type { RuledPath } from "./rule-index.ts";
import { parseRules, type RuleList } from "./rule-list.ts";

/** One row of the built-in ignore rules, in the syntax of .gitignore. A project's own rules may take any of them back with `!`. */
interface DefaultIgnore {
  readonly patterns: readonly string[];
  readonly why: string;
  readonly reason: SkipReason;
  /** `no-git`: only where there is no repository, because in one a folder of that name may be committed source. */
  readonly when: "always" | "no-git";
}

/**
 * What is left out before any .gitignore is asked. Names stand whole: `dist/` drops neither `dialogs/` nor `blogs/`, and
 * no rule touches `.github/`. Generated sources that people read and step through (`*.d.ts`, `db/schema.rb`) stay in, unless their first lines say that no one
 * should edit them (`extract/generated-code.ts`).
 */
const defaultIgnores: readonly DefaultIgnore[] = [
  {
    when: "always",
    why: "Version control's own files.",
    reason: "ignored",
    patterns: [".git", ".hg/", ".svn/", ".jj/", "CVS/"],
  },
  {
    when: "always",
    why: "Installed dependencies: the code of others, larger than the project.",
    reason: "vendored",
    patterns: [
      "node_modules/",
      "bower_components/",
      ".venv/",
      "site-packages/",
      "**/.yarn/cache/",
      "**/.yarn/unplugged/",
      ".pnp.*",
      ".gradle/",
    ],
  },
  {
    when: "always",
    why: "Caches of tools.",
    reason: "ignored",
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
    reason: "lock-file",
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
      "go.work.sum",
      "Package.resolved",
      "Cartfile.resolved",
      "gradle.lockfile",
      "buildscript-gradle.lockfile",
      "MODULE.bazel.lock",
      "pixi.lock",
      "conda-lock.yml",
      "renv.lock",
      "Chart.lock",
      "paket.lock",
      "symfony.lock",
      "devbox.lock",
      "buf.lock",
      "stack.yaml.lock",
      "rebar.lock",
      "cabal.project.freeze",
      "shrinkwrap.yaml",
    ],
  },
  {
    when: "always",
    why: "Minified code and source maps: written by tools, read by none.",
    reason: "minified",
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
    why: "Installed dependencies, under a name that could be anything else.",
    reason: "vendored",
    patterns: ["venv/"],
  },
  {
    when: "no-git",
    why: "Build output, by the usual names.",
    reason: "generated",
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
      "DerivedData/",
      "CMakeFiles/",
      "*.o",
      "*.class",
    ],
  },
];

/** A directory of other people's code, by what its installer leaves in it: the name alone may be a person's own. */
interface VendoredMark {
  readonly directory: string;
  readonly entry: string;
  readonly writtenBy: string;
}

const vendoredMarks: readonly VendoredMark[] = [
  { directory: "vendor", entry: "modules.txt", writtenBy: "go mod vendor" },
  { directory: "vendor", entry: "autoload.php", writtenBy: "composer install" },
  { directory: "bundle", entry: "ruby", writtenBy: "bundle install --deployment" },
  { directory: "Pods", entry: "Manifest.lock", writtenBy: "pod install" },
];

/** Names of entries that `isVendoredPlace` asks for. */
export const vendoredEntries: readonly string[] = vendoredMarks.map(({ entry }) => entry);

/** Whether an installer has filled a directory of this name, going by the names in it. */
export function isVendoredPlace(directory: string, names: { has(name: string): boolean }): boolean {
  return vendoredMarks.some((mark) => mark.directory === directory && names.has(mark.entry));
}

/** The built-in rules, ready to be asked. */
export interface DefaultRules {
  /** Why an entry is left out; null when it is not. `path` is relative to any directory above. */
  reasonFor(entry: RuledPath): SkipReason | null;
}

export function createDefaultRules(isRepository: boolean, foldCase: boolean): DefaultRules {
  const rows = defaultIgnores.filter((row) => row.when === "always" || !isRepository);
  const reasons = rows.flatMap((row) => row.patterns.map(() => row.reason));
  const list: RuleList = parseRules(rows.flatMap((row) => row.patterns).join("\n"), foldCase);
  return {
    reasonFor: (entry) => {
      const rule = list.match(entry);
      return rule === null ? null : (reasons[rule.order] ?? null);
    },
  };
}
