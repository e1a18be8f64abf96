import type { Program } from "../config/program.ts";

export type ImageTarget = "session" | "hub";

/** The image that this version builds and runs; another version has another one, so that old and new never mix. */
export function imageName(target: ImageTarget, { version }: Pick<Program, "version">): string {
  return `chroma-commons-${target}:${version}`;
}
