import { setImmediate as nextTurn } from "node:timers/promises";
import { types } from "node:util";

/**
 * Runs a reading with pdf.js. On broken files it leaves promises of its own behind, rejected and handled by nobody, which would
 * end the process; what they say is known already, because the reading fails with it or passes it over. All other rejections end
 * the process as they would without this.
 */
export async function withoutStrayRejections<T>(reading: () => Promise<T>): Promise<T> {
  process.on("unhandledRejection", onRejection);
  try {
    return await reading();
  } finally {
    // Node tells of them when the promises of this turn are through.
    await nextTurn();
    process.off("unhandledRejection", onRejection);
  }
}

function onRejection(reason: unknown): void {
  // Its errors are errors by their prototype only, unlike any that the language or Node makes.
  if (reason instanceof Error && !types.isNativeError(reason)) return;
  // Where others listen too, they decide.
  if (process.listeners("unhandledRejection").some((listener) => listener !== onRejection)) return;
  throw reason;
}
