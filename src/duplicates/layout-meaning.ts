/**
 * Endings of files in which white space says something: by indentation (Python, YAML and their like), in front of a recipe (make), between
 * columns (TSV, old Fortran and COBOL).
 */
const endings = new Set(
  "py pyi pyw pyx yaml yml tsv tab hs lhs elm purs coffee pug jade sass styl haml slim nim fs fsi fsx gd mk mak f for f77 cob cbl rst"
    .split(" ")
    .map((ending) => `.${ending}`),
);
const names = new Set(["makefile", "gnumakefile"]);

/** Whether other white space may be another meaning in a file of this name. */
export function isLayoutMeant(path: string): boolean {
  const name = path.slice(path.lastIndexOf("/") + 1).toLowerCase();
  return names.has(name) || endings.has(name.slice(Math.max(0, name.lastIndexOf("."))));
}
