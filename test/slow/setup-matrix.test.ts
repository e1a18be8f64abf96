import { mkdirSync } from "node:fs";
import { dirname } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { AdapterFile, ClientAdapter, ConfigFormat } from "../../src/setup/client-adapter.ts";
import { candidatePaths, clientPlatform } from "../../src/setup/client-paths.ts";
import { clientAdapters } from "../../src/setup/clients/registry.ts";
import { openDocument } from "../../src/setup/documents/open-document.ts";
import { AgentHome } from "../fixtures/agent-home.ts";

interface Output {
  readonly agents: readonly {
    readonly outcome: string;
    readonly file: string;
    readonly error: { readonly message: string } | null;
    readonly check: { readonly kind: string } | null;
  }[];
}

interface Case {
  readonly client: ClientAdapter;
  readonly place: AdapterFile;
  readonly name: string;
}

let person: AgentHome;
beforeEach(() => (person = new AgentHome()));
afterEach(() => person.close());

const platform = clientPlatform(process.platform);
const cases: readonly Case[] = clientAdapters.flatMap((client) =>
  client.files
    .filter(({ paths }) => paths[platform] !== undefined)
    .map((place) => ({ client, place, name: `${client.id}, ${place.scope}` })),
);

/** A person's file with what editors and people leave in one: comments, blanks, other line ends, no end of the last line. */
const texts: Readonly<Record<ConfigFormat, (servers: readonly string[]) => string>> = {
  toml: ([table]) => `# mine\r\nmodel = "x"  # fast\r\n\r\n[${table}.other]\r\ncommand = 'foo' # keep\r\n[tui]\r\na=1`,
  jsonc: (servers) =>
    `// mine\n{\n\t/* a */ "a":  [1,2 ,3],\n${servers.map((key) => `\t"${key}": {`).join("\n")}\n\t\t// keep\n\t\t"other": { "command": "foo", "args": ["bar"], },\n\t${"}".repeat(servers.length)},\n}`,
  yaml: ([table]) =>
    `# mine\na: [1,  2]\n\n${table}:\n  other:   # keep\n    name: other\n    type: stdio\n    cmd: foo\n    args: [bar]\nlast: "x"\n`,
};

async function setUp({ client, place }: Case): Promise<Output["agents"][number] | undefined> {
  const directory = client.workspace.kind === "none" ? ["--workspace", person.project] : [];
  const args = ["setup", "--yes", "--client", client.id, "--scope", place.scope, "--no-instructions", ...directory];
  return (await person.json<Output>(...args)).output.agents[0];
}

const fileOf = ({ place }: Case): string => {
  const [file = ""] = candidatePaths(place, { env: {}, platform, home: person.home, cwd: person.project });
  return file;
};

describe("every agent", () => {
  it.each(cases)("$name: is set up from nothing, once, and leaves nothing", async (one) => {
    const before = person.snapshot();
    expect(await setUp(one)).toMatchObject({ outcome: "changed", error: null, check: { kind: "ok" } });
    const written = person.snapshot();
    expect(await setUp(one)).toMatchObject({ outcome: "unchanged", check: { kind: "ok" } });
    expect(person.snapshot()).toEqual(written);
    expect((await person.run("uninstall", "--yes")).code).toBe(0);
    expect(person.snapshot()).toEqual(before);
  });

  it.each(cases)("$name: gets its entry into a person's file, which comes back byte by byte", async (one) => {
    const file = fileOf(one);
    mkdirSync(dirname(file), { recursive: true });
    const relative = file.slice(person.home.length + 1);
    person.write(relative, texts[one.place.format](one.place.servers));
    const before = person.snapshot();
    expect(await setUp(one)).toMatchObject({ outcome: "changed", file, error: null, check: { kind: "ok" } });
    const standing = openDocument(one.place.format, person.read(relative)).value();
    expect(JSON.stringify(standing)).toContain('"other"');
    expect(person.read(relative)).toContain("keep");
    expect((await person.run("uninstall", "--yes")).code).toBe(0);
    expect(person.snapshot()).toEqual(before);
  });
});
