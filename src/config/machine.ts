import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { hostname } from "node:os";

export interface Machine {
  /** Hash of the machine's own id: the same for ever, and tells nothing of it. */
  readonly id: string;
  /** For people. */
  readonly name: string;
}

/** This machine: `/etc/machine-id` where it is readable, else the host's name. */
export async function thisMachine(): Promise<Machine> {
  const name = hostname();
  const given = process.platform === "linux" ? await readFile("/etc/machine-id", "utf8").catch(() => "") : "";
  const id = createHash("sha256")
    .update(`chroma-commons\0${given.trim() || name}`)
    .digest("hex");
  return { id, name };
}
