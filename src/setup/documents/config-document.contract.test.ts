import { describe, expect, test } from "vitest";
import { thrownBy } from "../../../test/fixtures/thrown-by.ts";
import { awkwardFiles } from "../../../test/fixtures/awkward-configs.ts";
import { drawnConfig } from "../../../test/fixtures/drawn-configs.ts";
import type { ConfigFormat, ConfigTable } from "../client-adapter.ts";
import { standingTables, valueAt } from "./config-values.ts";
import { openDocument } from "./open-document.ts";

const keys = ["servers", "commons"];
const entry: ConfigTable = {
  command: "C:\\Program Files\\nodejs\\node.exe",
  args: ["/opt/a b/commons.mjs", "mcp", 'quo"te', "ünï\u007F"],
  timeout: 300,
  enabled: true,
  env: { COMMONS_HOME: "/home/a b", "odd key.": "${HOME}" },
};
const other: ConfigTable = { command: "node", args: ["other"], env: { A: "1" } };

/** What stands at the keys in another way than set-up writes it. */
const byHand: Readonly<Record<ConfigFormat, readonly string[]>> = {
  toml: [
    'servers = { commons = { command = "x", old = 1 }, z = {} }\n',
    '[servers]\ncommons = { command = "x" } # mine\nz = {}\n',
    'servers.commons.command = "x" # mine\nservers.commons.env.A = "2"\nservers.z.a = 1\n',
    '[servers."commons"]\ncommand = "x" # mine\nenv.A = "2"\n[servers.z]\n',
    "[ servers . 'commons' ]\ncommand = 'x'\n[servers.z]\n[servers.commons.env]\nA = '2'\n",
    '[servers.commons.env]\nA = "2"\n[z]\n[servers.commons]\ncommand = "x"\n',
    '[[servers.commons]]\ncommand = "x"\n',
    'servers.commons = "x"\n',
    "servers = {\n  commons = { a = 1 },\n  z = {},\n}\n",
  ],
  jsonc: [
    '{"servers":{"commons":{"command":"x","old":1},"z":{}}}',
    '{\n  "servers": {\n    "commons": { "command": "x" }, // mine\n    "z": {}\n  }\n}\n',
    '{ "servers": { "z": {}, /* mine */ "commons": null } }',
    '{"serv\\u0065rs": {"comm\\u006fns": {"command": "x"}}}',
  ],
  yaml: [
    "servers: { commons: { command: x, old: 1 }, z: {} }\n",
    "servers:\n  commons: { command: x }  # mine\n  z: {}\n",
    "servers:\n  z: {}\n  'commons':\n    command: x\n    args:\n    - a\n    old: |\n      text\n",
    'servers:\n  "commons":\n  z: 1\n',
    "servers:\n  commons: [1, 2]\n",
  ],
};

const broken: Readonly<Record<ConfigFormat, readonly string[]>> = {
  toml: ["a = 1\n[b\n", "a = 1\na = 2\n", 'a = "x\n', "a = 1\nsecret word\n", "\u0000", "a = [1,\n"],
  jsonc: ['{\n "a" 1}', '{"a": secret}', "{'a': 1}", '{"a": "x}', "[1]", "null", '{"a": 1} {}', "/* x", "{", "["],
  yaml: ["a: 1\na: 2\n", "a: [1\n", "a:\n\t- secret\n", "- 1\n", "just text\n", "a: 1\n---\nb: 1\n"],
};

/** Whether all characters of the one stand in the other, in their order: nothing was changed or taken, only added. */
function isKeptIn(text: string, longer: string): boolean {
  let position = 0;
  for (const character of longer) if (character === text[position]) position += 1;
  return position === text.length;
}

const hasBareLineFeed = (text: string): boolean => text.replaceAll("\r\n", "").includes("\n");

describe.each(["toml", "jsonc", "yaml"] as const)("%s", (format) => {
  const edit = (text: string, value: ConfigTable) => openDocument(format, text).withValue(keys, value);
  const read = (text: string) => openDocument(format, text).value();
  const undo = (edited: string, text: string) =>
    openDocument(format, edited).without(keys, { keptTables: standingTables(read(text), keys) });
  const hasParent = (text: string) => Object.hasOwn(read(text), "servers");

  describe.each(awkwardFiles[format])("in the awkward file: $name", ({ text }) => {
    test("the value is there as the agent reads it, and all others are as they were", () => {
      const after = read(edit(text, entry));
      expect(valueAt(after, keys)).toEqual(entry);
      expect({ ...after, servers: null }).toEqual({ ...read(text), servers: null });
    });

    test("every character that was there is still there, in its order, and line ends are of one kind", () => {
      expect(isKeptIn(text, edit(text, entry))).toBe(true);
      const isWindows = text.includes("\r\n") && !hasBareLineFeed(text);
      expect(isWindows && hasBareLineFeed(edit(text, entry))).toBe(false);
    });

    test("the same value a second time changes no byte", () => {
      const once = edit(text, entry);
      expect(edit(once, entry)).toBe(once);
      expect(edit(once, Object.fromEntries(Object.entries(entry).toReversed()))).toBe(once);
    });

    test("another value in between leaves no trace", () => {
      const there = edit(edit(text, other), entry);
      expect(valueAt(read(there), keys)).toEqual(entry);
      expect(undo(there, text)).toBe(undo(edit(text, entry), text));
    });
  });

  const withParent = awkwardFiles[format].filter(({ text }) => hasParent(text));
  test.each(withParent)("taking it away gives the same bytes as before: $name", ({ text }) => {
    expect(undo(edit(text, entry), text)).toBe(text);
  });

  const withoutParent = awkwardFiles[format].filter(({ text }) => !hasParent(text));
  test.each(withoutParent)("a table that only our entry made necessary goes with it: $name", ({ text }) => {
    expect(read(undo(edit(text, entry), text))).toEqual(read(text));
  });

  test("in drawn files nothing but our entry changes, and taking it away gives the same bytes as before", () => {
    for (let seed = 0; seed < 30; seed += 1) {
      const text = drawnConfig(format, seed);
      const edited = edit(text, entry);
      expect({ seed, text: undo(edited, text), kept: isKeptIn(text, edited) }).toEqual({ seed, text, kept: true });
      expect({ seed, text: undo(edit(edit(text, other), entry), text) }).toEqual({ seed, text });
    }
  });

  describe.each(byHand[format])("where it stands by hand: %j", (text) => {
    test("it is changed in place, whatever its form, and what a person said about it stays", () => {
      const after = edit(text, entry);
      expect(valueAt(read(after), keys)).toEqual(entry);
      expect(edit(after, entry)).toBe(after);
      expect(after.includes("mine")).toBe(text.includes("mine"));
    });

    test("it is taken away whole, and others stay", () => {
      const after = openDocument(format, openDocument(format, text).without(keys));
      expect(valueAt(after.value(), keys)).toBeUndefined();
      expect(JSON.stringify(after.value()).includes('"z"')).toBe(/\bz\b/.test(text));
      expect(after.without(keys)).toBe(after.text);
    });
  });

  test.each(broken[format])("the broken text %j is refused with its place, and none of it is quoted", (text) => {
    const error = thrownBy(() => openDocument(format, text));
    expect(error.code).toBe("CLIENT_FILE_UNUSABLE");
    expect(error.message).toMatch(/line \d+, column \d+/);
    expect(`${error.message} ${error.hint}`).not.toContain("secret");
  });

  test("a name that leads to the entry and stands twice is refused with its place", () => {
    const texts = {
      toml: ["[servers.commons]\na = 1\n[servers.commons]\nb = 1\n", "[servers]\n[z]\n[servers]\n"],
      jsonc: ['{"servers": {"commons": 1, "commons": {}}}', '{"servers": {"commons": {}}, "servers": {"z": {}}}'],
      yaml: ["servers:\n  commons: {}\n  commons: {}\n", "servers: {}\nservers: {}\n"],
    };
    for (const text of texts[format]) {
      const error = thrownBy(() => edit(text, entry));
      expect([error.code, error.message]).toEqual([
        "CLIENT_FILE_UNUSABLE",
        expect.stringMatching(/line \d, column \d/),
      ]);
    }
    expect(thrownBy(() => openDocument(format, texts[format][0] ?? "").without(keys)).code).toBe(
      "CLIENT_FILE_UNUSABLE",
    );
  });

  test("values in values beyond 500 levels are refused before anything descends into them", () => {
    const nested = `${"[".repeat(3_000)}${"]".repeat(3_000)}`;
    const objects = `${'{"a":'.repeat(3_000)}1${"}".repeat(3_000)}`;
    const texts = { toml: [`a = ${nested}`], jsonc: [`{"a": ${nested}}`, objects], yaml: [`a: ${nested}`] };
    for (const text of texts[format]) expect(thrownBy(() => edit(text, entry)).code).toBe("CLIENT_FILE_UNUSABLE");
  });

  test("nesting without end is refused, not run out of", () => {
    const deep = {
      toml: `a = ${"[".repeat(100_000)}`,
      jsonc: `{"a":${"[".repeat(1_000_000)}`,
      yaml: "[".repeat(20_000),
    };
    expect(thrownBy(() => openDocument(format, deep[format])).code).toBe("CLIENT_FILE_UNUSABLE");
  });

  test("a text that would take minutes is refused", () => {
    const comment = { toml: "#", jsonc: "//", yaml: "#" }[format] + " ".repeat(20_000_000);
    expect(thrownBy(() => openDocument(format, comment)).code).toBe("CLIENT_FILE_UNUSABLE");
  });

  test("an alias that stands for more than memory holds is refused", () => {
    const lists = Array.from({ length: 30 }, (_, index) => `l${index + 1}: &l${index + 1} [*l${index}, *l${index}]`);
    const text = ["l0: &l0 [1, 1]", ...lists, ""].join("\n");
    expect(thrownBy(() => openDocument("yaml", text)).code).toBe("CLIENT_FILE_UNUSABLE");
    expect(thrownBy(() => openDocument("yaml", "a: *b\n")).code).toBe("CLIENT_FILE_UNUSABLE");
    const shared = "a: &a {x: 1}\nservers: *a\n";
    expect(thrownBy(() => openDocument("yaml", shared).withValue(keys, entry)).code).toBe("CLIENT_FILE_UNUSABLE");
  });

  test("a parent that is no table is refused by its name", () => {
    const texts = { toml: "servers = 3\n", jsonc: '{"servers": [1]}', yaml: "servers: text\n" };
    const error = thrownBy(() => edit(texts[format], entry));
    expect([error.code, error.message]).toEqual(["CLIENT_FILE_UNUSABLE", expect.stringContaining('"servers"')]);
  });

  test("names of JavaScript's own objects are names like others", () => {
    const texts = {
      toml: "[servers.__proto__]\nx = 1\n[constructor]\ny = 1\n",
      jsonc: '{"servers": {"__proto__": {"x": 1}}, "constructor": {"y": 1}}',
      yaml: "servers:\n  __proto__:\n    x: 1\nconstructor:\n  y: 1\n",
    };
    const after = openDocument(format, edit(texts[format], entry));
    expect(JSON.stringify(valueAt(after.value(), ["servers", "__proto__"]))).toBe('{"x":1}');
    expect(after.without(keys)).toBe(texts[format]);
    expect(Object.hasOwn({}, "x") || "x" in {}).toBe(false);
  });
});
