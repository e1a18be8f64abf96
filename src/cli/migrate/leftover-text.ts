import { containerRunOf } from "../../setup/earlier-container.ts";
import type { EarlierEntry } from "../../setup/earlier-entry.ts";
import { printableLine } from "../output/printable-text.ts";
import { shellWord } from "../setup/agent-entry.ts";
import { type PlaceRef, placeTitle } from "./place-ref.ts";

/**
 * How a person removes what the earlier servers left; this program never does. Only for places of which everything is here, and entries that
 * are replaced.
 */
export function leftoverLines(places: readonly PlaceRef[], entries: readonly EarlierEntry[]): string[] {
  const commands = [...new Set([...places.flatMap(removalOf), ...entries.flatMap(filesOf)])];
  const elsewhere = places.filter((ref) => removalOf(ref).length === 0).map(placeTitle);
  return [
    ...(elsewhere.length > 0
      ? [`What was brought over is as it was where it came from: ${elsewhere.map(printableLine).join(", ")}.`]
      : []),
    ...(commands.length > 0
      ? [
          "When you need the earlier server no more, and nothing else uses it, remove by hand what it left:",
          ...commands.map((command) => `  ${printableLine(command)}`),
        ]
      : []),
  ];
}

function removalOf(ref: PlaceRef): string[] {
  if (ref.kind === "volume") return [`docker volume rm ${ref.volume}`];
  return ref.kind === "container" ? [`docker rm -f ${ref.container}   (without a volume its data goes with it)`] : [];
}

/** Scripts and files of variables that the set-ups wrote, of a person's own entries. */
function filesOf({ entry, scope }: EarlierEntry): string[] {
  const run = scope === "user" ? containerRunOf(entry) : null;
  if (run === null) return [];
  const files = [
    ...(run.wrapper === null ? [] : [run.wrapper]),
    ...run.envFiles.filter((file) => /chroma.*vespo/i.test(file)),
  ];
  return files.length === 0 ? [] : [`rm ${files.map(shellWord).join(" ")}`];
}
