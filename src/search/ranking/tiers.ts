import type { ChunkKind } from "../../core/document.ts";
import { type AskedName, normalIdentifier, type ParsedQuery } from "../query.ts";

/** What tells whether a passage is exactly what was asked for. */
export interface TierFacts {
  readonly path: string;
  readonly symbol: string | null;
  readonly scope: readonly string[];
  readonly kind: ChunkKind;
  /** Which share of the quoted phrases the passage holds. */
  readonly phraseShare: number;
}

/** A quoted phrase outweighs everything, then the definition of a name or the file that was asked for, then the scores (0 to 1). */
const phraseTier = 4;
const exactTier = 2;
const otherScopeShare = 0.6;
const variableShare = 0.8;
const joinedShare = 0.95;
const definingKinds: ReadonlySet<ChunkKind> = new Set(["function", "method", "class", "type"]);

/** What an exact answer has above its score, which is between 0 and 1; 0 for all other passages. */
export function tierOf(facts: TierFacts, query: ParsedQuery): number {
  return phraseTier * facts.phraseShare + exactTier * Math.max(definitionShare(facts, query), pathShare(facts, query));
}

/** How surely the passage defines a name that was asked for, 0 to 1: in the right class or file, as a function rather than a variable. */
function definitionShare(facts: TierFacts, { names }: ParsedQuery): number {
  if (facts.symbol === null || names.length === 0) return 0;
  const symbols = facts.symbol.split(", ").map(normalIdentifier);
  const asked = names.filter(({ name }) => symbols.includes(name));
  if (asked.length === 0) return 0;
  const scope = asked.some((name) => isInScope(facts, name)) ? 1 : otherScopeShare;
  return scope * (definingKinds.has(facts.kind) ? 1 : variableShare) * (symbols.length === 1 ? 1 : joinedShare);
}

function isInScope({ scope, path }: TierFacts, { scope: wanted }: AskedName): boolean {
  if (wanted === null || scope.some((name) => normalIdentifier(name) === wanted)) return true;
  const file = path.slice(path.lastIndexOf("/") + 1).replace(/(?<=.)\..*$/, "");
  return normalIdentifier(file) === wanted;
}

function pathShare({ path }: TierFacts, { path: wanted }: ParsedQuery): number {
  if (wanted === null) return 0;
  return `/${path}`.toLowerCase().endsWith(`/${wanted.toLowerCase()}`) ? 1 : 0;
}
