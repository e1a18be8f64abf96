import { CommonsError } from "../core/errors.ts";
import type { EngineService } from "./engine-service.ts";

/** The hub without ChromaDB: everything works but sharing with other Chroma clients. */
export function engineOff(detail: string): EngineService {
  const isOff = () => Promise.reject(new CommonsError("ENGINE_UNAVAILABLE", `ChromaDB is off: ${detail}`));
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
    openOwn: isOff,
    kick: () => undefined,
    listForeign: () => Promise.resolve([]),
    searchForeign: isOff,
    readForeign: isOff,
    requireNotForeign: () => Promise.resolve(),
    close: () => Promise.resolve(),
  };
}
