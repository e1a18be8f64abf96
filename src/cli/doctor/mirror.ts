import { countOf } from "../../core/quantities.ts";
import {
  type DoctorCheck,
  type DoctorContext,
  failure,
  type Finding,
  note,
  ok,
  type Repair,
  skipped,
} from "./finding.ts";

interface Difference {
  readonly missing: number;
  readonly different: number;
  readonly extra: number;
  readonly recordIds: readonly string[];
}

const idsPerRepair = 5_000;
const waitForHubMs = 30_000;
const waitStepMs = 200;

/** With `--deep`: each collection against Chroma, row by row. Starts a hub if none runs, because only a hub may start ChromaDB. */
export const checkMirror: DoctorCheck = {
  area: "catalog against ChromaDB",
  run: async (context) => {
    const { settings, isDeep, client } = context;
    if (!isDeep) return [skipped("not compared; --deep does that")];
    if (!settings["engine.enabled"] || settings.mirror === "none") return [ok("ChromaDB is given nothing")];
    const engine = await readyEngine(context);
    if (engine !== "ready")
      return [note(`Nothing was compared: ChromaDB is ${engine}.`, "Try again when it runs: commons status")];
    const { collections } = await client.call("collections.list", {});
    const findings: Finding[] = [];
    let compared = 0;
    for (const { name, kind } of collections.filter((each) => each.kind === "permanent")) {
      context.onProgress(`comparing ${name} (${kind})`);
      const found = await compareCollection(context, name);
      compared += found.compared;
      const total = found.missing + found.different + found.extra;
      if (total > 0) findings.push(differenceFinding(name, found));
    }
    return findings.length > 0
      ? findings
      : [ok(`${countOf(compared, "record")} of ${countOf(collections.length, "collection")} are the same in both`)];
  },
};

async function compareCollection(
  { client }: DoctorContext,
  collection: string,
): Promise<Difference & { readonly compared: number }> {
  const total = { compared: 0, missing: 0, different: 0, extra: 0, recordIds: [] as string[] };
  for (let cursor: string | null = null; ;) {
    const page: Awaited<ReturnType<typeof client.call<"mirror.check">>> = await client.call("mirror.check", {
      collection,
      cursor,
    });
    total.compared += page.compared;
    total.missing += page.missing.length;
    total.different += page.different.length;
    total.extra += page.extra.length;
    total.recordIds.push(...page.missing, ...page.different, ...page.extra);
    if (page.cursor === null) return total;
    cursor = page.cursor;
  }
}

function differenceFinding(collection: string, { missing, different, extra, recordIds }: Difference): Finding {
  const parts = [
    missing > 0 ? `lacks ${countOf(missing, "record")}` : null,
    different > 0 ? `has ${different} with other text, metadata or vectors` : null,
    extra > 0 ? `has ${extra} that the catalog does not have` : null,
  ].filter((part) => part !== null);
  const repair: Repair = {
    key: `mirror ${collection}`,
    title: `Bring ${countOf(recordIds.length, "record")} of "${collection}" in ChromaDB to the catalog's state`,
    needsConsent: false,
    run: async ({ client }) => {
      for (let from = 0; from < recordIds.length; from += idsPerRepair)
        await client.call("mirror.repair", { collection, recordIds: recordIds.slice(from, from + idsPerRepair) });
      return [
        `${countOf(recordIds.length, "record")} of "${collection}" are on their way to ChromaDB; commons status shows how far it is.`,
      ];
    },
  };
  return failure(
    `ChromaDB ${parts.join(", ")} of "${collection}".`,
    "commons doctor --fix --deep writes them again.",
    repair,
  );
}

/** Waits, for some time, until Chroma runs and has all that it was owed. */
async function readyEngine({ client, hub, onProgress }: DoctorContext): Promise<string> {
  if (hub.kind === "other" || hub.kind === "unreachable") return "not to be asked";
  const deadline = performance.now() + waitForHubMs;
  for (;;) {
    const { engine } = await client.call("hub.status", {});
    const isSettled = engine.state === "ready" && engine.behind === 0;
    if (isSettled || engine.state === "failed" || engine.state === "off") return engine.state;
    if (performance.now() > deadline) return engine.state === "ready" ? "ready" : engine.state;
    onProgress(`waiting for ChromaDB: ${engine.state}, ${engine.behind} changes behind`);
    await new Promise((resolve) => setTimeout(resolve, waitStepMs));
  }
}
