import { readJsonKeys } from "./key-readers/json-keys.ts";
import { readIniKeys, readTomlKeys } from "./key-readers/section-keys.ts";
import { readXmlKeys } from "./key-readers/xml-keys.ts";
import { readYamlKeys } from "./key-readers/yaml-keys.ts";
import { cutRange, type Chunker, type Segment } from "./segments.ts";

export const dataKeysVersion = "keys-1";

/** A line that begins the value of a key. What is deeper belongs to the last one before it that is less deep. */
export interface KeyLine {
  /** Line index. */
  readonly line: number;
  readonly depth: number;
  readonly name: string;
}

export type KeyReader = (lines: readonly string[]) => KeyLine[];

interface KeyNode {
  readonly name: string;
  readonly start: number;
  end: number;
  readonly children: KeyNode[];
}

interface Range {
  readonly start: number;
  readonly end: number;
}

const readers = new Map<string, KeyReader>([
  ["json", readJsonKeys],
  ["yaml", readYamlKeys],
  ["toml", readTomlKeys],
  ["ini", readIniKeys],
  ["xml", readXmlKeys],
]);
const maxLines = 60;
const maxChars = 3_000;
// Deeper keys say little of where one is, and a call per level must not fill the stack.
const maxScope = 12;

/** Whether the values of this type are found by their keys. */
export function hasKeys(fileType: string): boolean {
  return readers.has(fileType);
}

/**
 * Structured data by its keys: neighbours are joined up to some sixty lines, and what is larger falls into its own keys. `scope` is the path
 * to the keys of a segment, `symbol` the key where there is only one.
 */
export const cutKeys: Chunker = (lines, document) => {
  const whole = { start: 0, end: lines.length - 1 };
  const lengths = sumOfLengths(lines);
  const isSmall = ({ start, end }: Range): boolean =>
    end - start < maxLines && (lengths[end + 1] ?? 0) - (lengths[start] ?? 0) <= maxChars;
  if (isSmall(whole)) return [segmentOf(whole, [], [])];
  const tree = treeOf(readers.get(document.fileType)?.(lines) ?? [], whole.end);
  const segments: Segment[] = [];
  const cut = (range: Range, nodes: readonly KeyNode[], scope: readonly string[]): void => {
    let open: { start: number; end: number; names: string[] } | null = null;
    const close = (): void => {
      if (open !== null) segments.push(...segmentsOf(lines, open, { names: open.names, scope, isSmall }));
      open = null;
    };
    // What stands before the first key goes with it: the line that opens all of them.
    let start = range.start;
    for (const node of nodes) {
      const own = { start, end: node.end };
      start = node.end + 1;
      if (!isSmall(own) && node.children.length > 0 && scope.length < maxScope) {
        close();
        cut(own, node.children, [...scope, node.name]);
      } else if (open !== null && isSmall({ start: open.start, end: own.end })) {
        open.end = own.end;
        open.names.push(node.name);
      } else {
        close();
        open = { ...own, names: [node.name] };
      }
    }
    if (start <= range.end) {
      close();
      open = { start, end: range.end, names: [] };
    }
    close();
  };
  cut(whole, tree, []);
  return segments;
};

function segmentsOf(
  lines: readonly string[],
  range: Range,
  { names, scope, isSmall }: { names: readonly string[]; scope: readonly string[]; isSmall: (range: Range) => boolean },
): Segment[] {
  if (isSmall(range)) return [segmentOf(range, names, scope)];
  return cutRange(lines, range).map((part) => segmentOf(part, names, scope));
}

function segmentOf({ start, end }: Range, names: readonly string[], scope: readonly string[]): Segment {
  const symbol = names.length === 1 ? (names[0] ?? null) : null;
  return { start, end, kind: "block", symbol, signature: null, doc: null, scope };
}

/** Every node ends where the next begins that is not deeper. */
function treeOf(keys: readonly KeyLine[], lastLine: number): KeyNode[] {
  const top: KeyNode[] = [];
  const open: { depth: number; node: KeyNode }[] = [];
  for (const { line, depth, name } of keys) {
    while ((open.at(-1)?.depth ?? -1) >= depth) {
      const closed = open.pop();
      if (closed !== undefined) closed.node.end = line - 1;
    }
    const node: KeyNode = { name, start: line, end: lastLine, children: [] };
    (open.at(-1)?.node.children ?? top).push(node);
    open.push({ depth, node });
  }
  return top;
}

/** Characters of the lines before each, line ends included. */
function sumOfLengths(lines: readonly string[]): number[] {
  const sums = [0];
  for (const line of lines) sums.push((sums.at(-1) ?? 0) + line.length + 1);
  return sums;
}
