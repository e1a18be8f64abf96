/**
 * The pinned packages that the sets are made from (packages.json). None of them is in the training data of the built-in embedding.
 * All are under permissive licences; the licence names are those of the SPDX list.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";

const sha256 = z.string().regex(/^[0-9a-f]{64}$/);

const packageSchema = z.strictObject({
  /** Its name in the sets and in paths. */
  name: z.string(),
  /** Its name in the registry, where that is another. */
  registryName: z.string().optional(),
  version: z.string(),
  licence: z.string(),
  /** The directory of the archive that is its root. */
  root: z.string().default("."),
  /** Below the root: the files and directories that are taken; absent: all. */
  include: z.array(z.string()).optional(),
  /** Below the root, what is left out of those. */
  exclude: z.array(z.string()).optional(),
  /** The published files are compiled: the sources are taken from those source maps whose path matches. */
  sourceMaps: z.string().optional(),
  source: z.discriminatedUnion("kind", [
    /** `integrity` as `npm view NAME@VERSION dist.integrity` says. */
    z.strictObject({ kind: z.literal("npm"), integrity: z.string().startsWith("sha512-") }),
    /** A binary package of Debian 12, by `apt-get download`. */
    z.strictObject({ kind: z.literal("debian"), sha256 }),
    /** The upstream archive of Debian's source package, which stands beside the binary package `beside`. */
    z.strictObject({ kind: z.literal("debian-source"), beside: z.string(), archive: z.string(), sha256 }),
  ]),
});

export type CorpusPackage = z.infer<typeof packageSchema>;

/** All of them. Throws when the file is not as it must be. */
export function readPackages(): CorpusPackage[] {
  return z.array(packageSchema).parse(JSON.parse(readFileSync(join(import.meta.dirname, "packages.json"), "utf8")));
}
