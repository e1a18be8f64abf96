import { existsSync } from "node:fs";
import { basename } from "node:path";
import { loadPixelDecoder } from "../../pictures/pixel-decoder.ts";
import { type DoctorCheck, type Finding, failure, note, ok } from "./finding.ts";

const leastNode = [22, 18] as const;

/** The Node that runs this, and the files of the program. */
export const checkProgramFiles: DoctorCheck = {
  area: "program",
  run: async ({ program }) => {
    const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
    const isOld = major < leastNode[0] || (major === leastNode[0] && minor < leastNode[1]);
    const missing = Object.values(program.entries).filter((file) => !existsSync(file));
    const names = missing.map((file) => basename(file)).join(", ");
    return [
      isOld
        ? failure(`Node ${process.versions.node} is too old.`, `Install Node ${leastNode.join(".")} or newer.`)
        : ok(`Node ${process.versions.node}, chroma-commons ${program.version}`),
      ...(missing.length > 0
        ? [failure(`Files of the program are missing: ${names}.`, "Install chroma-commons again.")]
        : []),
      ...(await pixelFindings()),
      ...(program.build === 0 ? [note("The program runs from its sources, not from what is built.")] : []),
    ];
  },
};

async function pixelFindings(): Promise<Finding[]> {
  try {
    await loadPixelDecoder();
    return [];
  } catch {
    return [note("Pictures are not compared by their looks: the optional package sharp does not load here.")];
  }
}
