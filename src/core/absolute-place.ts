/** A document's absolute path with `/` on every system, to tell one file that several sources hold; null: it is no file. */
export function absolutePlace({
  sourcePath,
  path,
}: {
  readonly sourcePath: string | null;
  readonly path: string;
}): string | null {
  return sourcePath === null ? null : `${sourcePath.replaceAll("\\", "/").replace(/\/+$/, "")}/${path}`;
}
