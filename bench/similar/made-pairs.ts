/** What people do to code that they copy. Each takes a passage and gives its copy. */
export interface CopyMaker {
  readonly name: string;
  make(text: string, tools: CopyTools): string;
}

export interface CopyTools {
  /** From 0 to 1, the same in each run. */
  readonly random: () => number;
  /** Another passage. */
  readonly stranger: () => string;
}

const words = /(?<![.\w$])[a-zA-Z_$][\w$]*/g;
const keywords = new Set(
  "as async await break case catch class const continue default else export extends false finally for from function if import in interface let new null number of readonly return string switch this throw true try type typeof undefined void while".split(
    " ",
  ),
);

export const copyMakers: readonly CopyMaker[] = [
  { name: "locals renamed", make: (text, tools) => renamed(text, localsOf(text), tools) },
  {
    name: "30 % of names changed",
    make: (text, tools) =>
      renamed(
        text,
        namesOf(text).filter(() => tools.random() < 0.3),
        tools,
      ),
  },
  { name: "all names changed", make: (text, tools) => renamed(text, namesOf(text), tools) },
  {
    name: "reformatted",
    make: (text) =>
      text
        .replaceAll(/^[ \t]+/gm, "    ")
        .replaceAll(";", "")
        .replaceAll('"', "'")
        .replaceAll("{", "{\n"),
  },
  {
    name: "comments added",
    make: (text) =>
      text
        .split("\n")
        .map((line, index) => (index % 4 === 1 ? `${line} // see above` : line))
        .join("\n"),
  },
  { name: "lines reordered", make: (text) => reordered(text.split("\n")).join("\n") },
  { name: "half copied", make: (text, { stranger }) => `${halfOf(stranger(), 0)}\n${halfOf(text, 1)}` },
  { name: "10 % of lines replaced", make: (text, tools) => edited(text, 0.1, tools) },
  { name: "30 % of lines replaced", make: (text, tools) => edited(text, 0.3, tools) },
];

function namesOf(text: string): string[] {
  return [...new Set(text.match(words))].filter((name) => name.length > 1 && !keywords.has(name));
}

function localsOf(text: string): string[] {
  const declared = text.matchAll(/(?:const|let|var)\s+(\w+)|[(,]\s*(\w+)\s*[:,)=]/g);
  return [...declared].map((match) => match[1] ?? match[2] ?? "").filter((name) => name !== "" && !keywords.has(name));
}

function renamed(text: string, names: readonly string[], { random }: CopyTools): string {
  const others = new Map(names.map((name) => [name, `zz${Math.floor(random() * 1e6).toString(36)}`]));
  return text.replaceAll(words, (name) => others.get(name) ?? name);
}

function reordered(lines: readonly string[]): string[] {
  const [from, to] = [Math.floor(lines.length * 0.3), Math.floor(lines.length * 0.6)];
  return [...lines.slice(0, from), ...lines.slice(to), ...lines.slice(from, to)];
}

function halfOf(text: string, which: 0 | 1): string {
  const lines = text.split("\n");
  const middle = Math.floor(lines.length / 2);
  return (which === 0 ? lines.slice(0, middle) : lines.slice(middle)).join("\n");
}

function edited(text: string, share: number, { random, stranger }: CopyTools): string {
  const others = stranger().split("\n");
  return text
    .split("\n")
    .map((line) => (random() < share ? (others[Math.floor(random() * others.length)] ?? "") : line))
    .join("\n");
}
