import type { EngineService } from "./engine-service.ts";

/** The hub without ChromaDB: everything works but sharing with other Chroma clients. */
export function engineOff(detail: string): EngineService {
  return {
    view: () =>
      Promise.resolve({
        state: "off",
        kind: "none",
        url: null,
        version: null,
        pid: null,
        detail,
        mirror: "none",
        behind: 0,
        conflicts: [],
      }),
    mirrorOf: () => ({ isMirrored: false, refusedRecords: 0, leftOut: null }),
    kick: () => undefined,
    listForeign: () => Promise.resolve([]),
    requireNotForeign: () => Promise.resolve(),
    close: () => Promise.resolve(),
  };
}
