import { join } from "node:path";
import { parseAttributes, type AttributeList } from "./git-attributes.ts";
import { readIgnoreSettings, type GitHome } from "./git-config.ts";
import type { GitPlace } from "./git-facts.ts";
import { readTrackedFiles, type TrackedFiles } from "./git-index.ts";
import { readOuterRuleFile } from "./rule-files.ts";
import { parseRules, type RuleList } from "./rule-list.ts";

/** What a repository says of its files besides the rule files in its directories. */
export interface Repository {
  /** false: a directory that no git knows of. */
  readonly isRepository: boolean;
  readonly foldCase: boolean;
  /** `core.excludesFile`, then .git/info/exclude, which counts more. */
  readonly excludes: readonly RuleList[];
  /** .git/info/attributes, which counts more than those of directories. */
  readonly attributes: AttributeList | null;
  /** null: nothing is known to be tracked. */
  readonly tracked: TrackedFiles | null;
  /** Length of the path of its top, with its slash, below the outermost repository's. */
  readonly baseLength: number;
}

/** Reads index, settings and the rules outside of the tree. What cannot be read counts as absent. */
export async function openRepository(place: GitPlace, person: GitHome): Promise<Repository> {
  const settings = await readIgnoreSettings(place, person);
  const info = join(place.commonDirectory, "info");
  const [global, exclude, attributes, tracked] = await Promise.all([
    settings.excludesFile === null ? null : readOuterRuleFile(settings.excludesFile, { follow: true }),
    readOuterRuleFile(join(info, "exclude"), { follow: true }),
    readOuterRuleFile(join(info, "attributes"), { follow: true }),
    readTrackedFiles(place.gitDirectory, settings.hashBytes),
  ]);
  const texts = [global, exclude].filter((text) => text !== null);
  return {
    isRepository: true,
    foldCase: settings.foldCase,
    excludes: texts.map((text) => parseRules(text, settings.foldCase)),
    attributes: attributes === null ? null : parseAttributes(attributes, settings.foldCase),
    tracked,
    baseLength: 0,
  };
}

/** Where there is no repository, names are compared as the platform's file systems mostly do. */
export function outsideRepository(): Repository {
  const foldCase = process.platform === "win32" || process.platform === "darwin";
  return { isRepository: false, foldCase, excludes: [], attributes: null, tracked: null, baseLength: 0 };
}
