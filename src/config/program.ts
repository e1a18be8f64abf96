import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";

declare const __COMMONS_VERSION__: string | undefined;
declare const __COMMONS_BUILD__: number | undefined;

/** What runs: version, build and the files that other processes and threads are started from. */
export interface Program {
  readonly version: string;
  /** Epoch ms of the build; 0 when the sources run directly, as in tests. */
  readonly build: number;
  /** A Node that is new enough: the one that runs this. */
  readonly node: string;
  readonly entries: {
    readonly hub: string;
    readonly mcp: string;
    readonly cli: string;
    readonly catalogWorker: string;
    readonly engineHost: string;
    readonly ingester: string;
    readonly reader: string;
    readonly onnxHost: string;
    readonly catalogProcess: string;
  };
}

const fromBuild = {
  hub: "hub.mjs",
  mcp: "mcp.mjs",
  cli: "cli.mjs",
  catalogWorker: "catalog-worker.mjs",
  engineHost: "engine-host.mjs",
  ingester: "ingester.mjs",
  reader: "reader.mjs",
  onnxHost: "onnx-host.mjs",
  catalogProcess: "catalog-process.mjs",
};
const fromSources = {
  hub: "../hub/main.ts",
  mcp: "../session/main.ts",
  cli: "../cli/main.ts",
  catalogWorker: "../catalog/catalog-worker.ts",
  engineHost: "../engine/engine-host.ts",
  ingester: "../session/ingester-process.ts",
  reader: "../reader/reader-process.ts",
  onnxHost: "../embed/models/onnx-host.ts",
  catalogProcess: "../hub/catalog-process.ts",
};

/** The running program; the same code serves the bundles in dist/ and the sources. */
export function currentProgram(): Program {
  const isBuilt = typeof __COMMONS_VERSION__ === "string";
  const names = isBuilt ? fromBuild : fromSources;
  const file = (name: string) => fileURLToPath(new URL(name, import.meta.url));
  return {
    version: isBuilt ? __COMMONS_VERSION__ : "0.0.0-sources",
    build: typeof __COMMONS_BUILD__ === "number" ? __COMMONS_BUILD__ : 0,
    node: process.execPath,
    entries: {
      hub: file(names.hub),
      mcp: file(names.mcp),
      cli: file(names.cli),
      catalogWorker: file(names.catalogWorker),
      engineHost: file(names.engineHost),
      ingester: file(names.ingester),
      reader: file(names.reader),
      onnxHost: file(names.onnxHost),
      catalogProcess: file(names.catalogProcess),
    },
  };
}

/** False after the program was moved or removed under a running process. */
export function isProgramPresent(program: Program): boolean {
  return existsSync(program.entries.hub);
}
