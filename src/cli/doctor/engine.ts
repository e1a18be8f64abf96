import { existsSync, readdirSync } from "node:fs";
import { createConnection } from "node:net";
import { join } from "node:path";
import { type DoctorCheck, type DoctorContext, failure, type Finding, note, ok, warning } from "./finding.ts";

const connectTimeoutMs = 500;

/** ChromaDB: state, version, how far it is behind, its port, and data that was set aside. */
export const checkEngine: DoctorCheck = {
  area: "ChromaDB",
  run: async (context) => {
    const { hub, settings } = context;
    if (!settings["engine.enabled"]) return [ok("switched off by the setting engine.enabled")];
    const findings = hub.kind === "running" ? engineFindings(hub.status.engine) : await withoutHub(context);
    return [...findings, ...asideFindings(context)];
  },
};

interface EngineFacts {
  readonly state: string;
  readonly url: string | null;
  readonly version: string | null;
  readonly detail: string | null;
  readonly behind: number;
  readonly conflicts: readonly string[];
}

function engineFindings({ state, url, version, detail, behind, conflicts }: EngineFacts): Finding[] {
  const findings: Finding[] = [];
  const about = detail === null ? "" : `: ${detail}`;
  if (state === "failed" || state === "unreachable")
    findings.push(
      failure(
        `ChromaDB is ${state}${about}`,
        "Everything but sharing with other Chroma clients goes on; see commons hub logs.",
      ),
    );
  else if (state !== "ready") findings.push(note(`ChromaDB is ${state}${about}`));
  else
    findings.push(
      ok(`it answers at ${url ?? "?"}${version === null ? "" : ` (${version})`}, ${behind} changes behind`),
    );
  if (conflicts.length > 0)
    findings.push(
      warning(
        `Not in ChromaDB, because another program holds the name there: ${conflicts.join(", ")}.`,
        "Ingest under another name to have it there too.",
      ),
    );
  if (state === "ready" && detail !== null) findings.push(note(detail));
  return findings;
}

async function withoutHub({ settings }: DoctorContext): Promise<Finding[]> {
  const url = settings["chroma.url"];
  if (url !== undefined) return [ok(`the one at ${url}; it is asked when a hub runs`)];
  const port = settings["engine.port"];
  return (await isListening(port))
    ? [
        note(
          `Port ${port} of 127.0.0.1 is taken by another program.`,
          "ChromaDB takes the next free one; commons config set engine.port chooses another.",
        ),
      ]
    : [ok(`port ${port} is free`)];
}

function asideFindings({ paths }: DoctorContext): Finding[] {
  if (!existsSync(paths.engineDirectory)) return [];
  const aside = readdirSync(paths.engineDirectory).filter((name) => /^data[.-](?:damaged|broken|aside)/.test(name));
  return aside.length === 0
    ? []
    : [
        note(
          `Damaged data of ChromaDB is kept: ${aside.map((name) => join(paths.engineDirectory, name)).join(", ")}.`,
          "It was filled again from the catalog; remove it when you like.",
        ),
      ];
}

function isListening(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createConnection({ host: "127.0.0.1", port });
    const finish = (answer: boolean): void => {
      socket.destroy();
      resolve(answer);
    };
    socket.setTimeout(connectTimeoutMs, () => finish(false));
    socket.once("connect", () => finish(true));
    socket.once("error", () => finish(false));
  });
}
