import type { ServerEntry } from "./server-entry.ts";

/** What an entry starts, looked for behind shells and package runners. Its further arguments say nothing of what it is. */
export type StartedProgram =
  /** A program of its own; `path` as it is written, perhaps a bare name. */
  | { readonly kind: "program"; readonly path: string; readonly args: readonly string[] }
  /** A file that an interpreter runs. */
  | { readonly kind: "script"; readonly interpreter: string; readonly path: string; readonly args: readonly string[] }
  /** What uvx, pipx, npx or `python -m` gets and starts: its name without a version, or an address. */
  | {
      readonly kind: "package";
      readonly ecosystem: "python" | "node";
      readonly name: string;
      readonly args: readonly string[];
    }
  /** `docker run`: what follows `run`. */
  | { readonly kind: "run"; readonly args: readonly string[] }
  /** `docker exec` into a container that runs already; `args` is the command in it. */
  | { readonly kind: "exec"; readonly container: string; readonly args: readonly string[] };

type Words = readonly string[];

const maxShells = 4;

/** The program that the entry starts; null: none is named. */
export function startedProgram({ command, args }: Pick<ServerEntry, "command" | "args">): StartedProgram | null {
  let words: Words = command === null ? [] : [command, ...args];
  for (let shells = 0; shells < maxShells; shells += 1) {
    const inner = withoutShell(words);
    if (inner === null) break;
    words = inner;
  }
  const [first, ...rest] = words;
  return first === undefined || first === "" ? null : programOf(first, rest);
}

/** The last part of a path, in lower case and without what Windows adds. */
export function programName(path: string): string {
  return (path.split(/[\\/]/).at(-1) ?? "").toLowerCase().replace(/\.(?:exe|cmd|bat)$/, "");
}

const shells = new Set(["sh", "bash", "zsh", "dash", "ash", "fish"]);
const powershells = new Set(["powershell", "pwsh"]);
const pythons = /^(?:python[\d.]*|py)$/;
const engines = new Set(["docker", "podman", "nerdctl"]);

/** What a shell is told to start; null: the words start a program themselves. */
function withoutShell([first = "", ...rest]: Words): Words | null {
  const name = programName(first);
  if (name === "env") {
    const at = rest.findIndex((word) => !word.startsWith("-") && !/^\w+=/.test(word));
    return at < 0 ? [] : rest.slice(at);
  }
  if (name === "cmd") {
    const at = rest.findIndex((word) => /^\/[ck]$/i.test(word));
    return at < 0 ? null : spread(rest.slice(at + 1));
  }
  const isPowershell = powershells.has(name);
  if (!isPowershell && !shells.has(name)) return null;
  const isCommand = (word: string) => (isPowershell ? /^-c(?:ommand)?$/i : /^-[a-z]*c$/).test(word);
  const at = rest.findIndex(isCommand);
  const script = rest.findIndex((word) => !word.startsWith("-"));
  if (at < 0 || (!isPowershell && script >= 0 && script < at)) return null;
  return firstCommand(isPowershell ? rest.slice(at + 1).join(" ") : (rest[at + 1] ?? ""));
}

/** One text is a whole command line; several words are words. */
function spread(words: Words): Words {
  return words.length === 1 ? firstCommand(words[0] ?? "") : words;
}

/** The last simple command of a line of shell, after `cd ... &&`, `exec` and assignments: that is what stays and answers. */
function firstCommand(line: string): Words {
  const commands: string[][] = [[]];
  for (const [, double, single, bare, end] of line.matchAll(
    /"((?:[^"\\]|\\.)*)"|'([^']*)'|([^\s"';&|]+)|(&&|\|\||[;&|\n])/g,
  ))
    if (end === undefined) commands.at(-1)?.push(double ?? single ?? bare ?? "");
    else commands.push([]);
  const words = commands.findLast((command) => command.length > 0) ?? [];
  const start = words.findIndex((word) => word !== "exec" && !/^\w+=/.test(word));
  return start < 0 ? [] : words.slice(start);
}

function programOf(first: string, rest: Words): StartedProgram {
  const name = programName(first);
  if (engines.has(name)) return containerProgram(rest) ?? { kind: "program", path: first, args: rest };
  const named = packageOf(name, rest);
  if (named !== null) return named;
  return scriptOf(name, rest) ?? { kind: "program", path: first, args: rest };
}

function containerProgram(rest: Words): StartedProgram | null {
  const at = rest.findIndex((word) => word === "run" || word === "exec");
  if (at < 0) return null;
  const args = rest.slice(at + 1);
  if (rest[at] === "run") return { kind: "run", args };
  const { word, after } = firstPlain(args, [
    "-e",
    "-u",
    "-w",
    "--env",
    "--env-file",
    "--user",
    "--workdir",
    "--detach-keys",
  ]);
  return word === null ? null : { kind: "exec", container: word, args: after };
}

function packageOf(name: string, rest: Words): StartedProgram | null {
  if (name === "uvx") return pythonPackage(rest, "--from");
  if (name === "pipx" && rest[0] === "run") return pythonPackage(rest.slice(1), "--spec");
  if (name === "uv") return uvProgram(rest);
  if (pythons.test(name)) {
    const at = rest.indexOf("-m");
    const isModule = at >= 0 && rest.slice(0, at).every((word) => word.startsWith("-"));
    return isModule ? asPackage("python", rest[at + 1] ?? "", rest.slice(at + 2)) : null;
  }
  if (["npx", "bunx", "pnpx"].includes(name)) return nodePackage(rest);
  const isRunner = { npm: "exec", pnpm: "dlx", yarn: "dlx", bun: "x" }[name] === rest[0] && rest.length > 0;
  return isRunner ? nodePackage(rest.slice(1)) : null;
}

const uvOptions =
  "--with --with-requirements --with-editable --index --index-url --default-index --extra-index-url --python -p --directory --project --refresh-package --env-file --cache-dir --config-file --link-mode --pip-args --extra --group --package".split(
    " ",
  );

/** `--from` names what is installed, where the command in it has another name. */
function pythonPackage(rest: Words, from: string): StartedProgram | null {
  const { word, after, before } = firstPlain(rest, [...uvOptions, from]);
  const at = before.indexOf(from);
  const inline = before.find((one) => one.startsWith(`${from}=`));
  const spec = inline?.slice(from.length + 1) ?? (at >= 0 ? before[at + 1] : undefined) ?? word;
  return spec === undefined || spec === null ? null : asPackage("python", spec, after);
}

/** `uv run NAME`, `uv run -m MODULE`, `uv tool run NAME`, with options before and between. */
function uvProgram(rest: Words): StartedProgram | null {
  const { word, after } = firstPlain(rest, uvOptions);
  if (word === "tool" && after[0] === "run") return pythonPackage(after.slice(1), "--from");
  if (word !== "run") return null;
  const inner = firstPlain(after, [...uvOptions, "-m", "--module"]);
  const at = inner.before.findIndex((one) => one === "-m" || one === "--module");
  if (at >= 0)
    return asPackage("python", inner.before[at + 1] ?? "", inner.word === null ? [] : [inner.word, ...inner.after]);
  if (inner.word === null) return null;
  if (pythons.test(programName(inner.word)) || inner.word.endsWith(".py"))
    return programOfPython(inner.word, inner.after);
  return asPackage("python", inner.word, inner.after);
}

function programOfPython(word: string, after: Words): StartedProgram | null {
  if (word.endsWith(".py")) return { kind: "script", interpreter: "python", path: word, args: after };
  return packageOf("python", after) ?? scriptOf("python", after);
}

function nodePackage(rest: Words): StartedProgram | null {
  const { word, after, before } = firstPlain(rest, ["-p", "--package", "--call", "-c", "--registry", "--prefix"]);
  const at = before.findIndex((one) => one === "-p" || one === "--package");
  const inline = before.find((one) => one.startsWith("--package="));
  const spec = inline?.slice("--package=".length) ?? (at >= 0 ? before[at + 1] : undefined) ?? word;
  return spec === undefined || spec === null ? null : asPackage("node", spec, after);
}

/** Without version and extras: `chroma-mcp[x]@1`, `chroma-mcp==0.2.6`, `@acme/tool@2`. */
function asPackage(ecosystem: "python" | "node", spec: string, args: Words): StartedProgram {
  const isAddress = /^[a-z+]+:\/\//i.test(spec);
  return { kind: "package", ecosystem, name: isAddress ? spec : spec.replace(/(?!^)(?:\[|@|[=<>~!]=?).*$/s, ""), args };
}

const interpreters = new Set(["node", "nodejs", "bun", "deno", "tsx", "ts-node", ...shells, ...powershells]);
const interpreterOptions = [
  "-r",
  "--require",
  "--import",
  "--loader",
  "--env-file",
  "-ExecutionPolicy",
  "-Mode",
  "-W",
  "-X",
];

function scriptOf(name: string, rest: Words): StartedProgram | null {
  const isPython = pythons.test(name);
  if (!isPython && !interpreters.has(name)) return null;
  const own = (name === "bun" || name === "deno") && rest[0] === "run" ? rest.slice(1) : rest;
  const { word, after } = firstPlain(own, interpreterOptions);
  return word === null ? null : { kind: "script", interpreter: isPython ? "python" : name, path: word, args: after };
}

/** The first word that is no option nor an option's value, and the words on both sides of it. */
function firstPlain(words: Words, withValue: Words): { word: string | null; before: Words; after: Words } {
  let index = 0;
  for (; index < words.length; index += 1) {
    const word = words[index] ?? "";
    if (word === "--") {
      index += 1;
      break;
    }
    if (!word.startsWith("-")) break;
    if (withValue.includes(word)) index += 1;
  }
  return { word: words[index] ?? null, before: words.slice(0, index), after: words.slice(index + 1) };
}
