import type { FileType } from "./extracted.ts";

export const notebookTypes: readonly FileType[] = [];
