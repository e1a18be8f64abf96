import type { PhotoFacts } from "../extract/image/photo-facts.ts";
import type { PictureFineness } from "../pictures/picture-fineness.ts";
import type { PicturePrint, PixelHash } from "../pictures/picture-print.ts";
import type { TextPrint, TextRequest } from "./text-print.ts";
import { openCheckedFile, type CheckedFile } from "../workspace/checked-file.ts";
import type { CompanionEnding } from "../workspace/companions.ts";
import { CompanionFiles } from "./companion-files.ts";
import type { DocumentReader, Unread } from "./document-reader.ts";
import { unreadFrom } from "./unread.ts";

/** A file below `root`, which is real; `path` is relative, with forward slashes. */
export interface FileRequest {
  readonly root: string;
  readonly path: string;
}

/**
 * What else may be asked of one file than its document. It is done where files are opened, in a process that may die: a file that
 * hangs, crashes or bloats it is one `Unread`.
 */
export interface FileTasks {
  /** What an image says of itself; `isWhole`: with every tag; `companions`: what is one item with it says its own of the facts. */
  readonly photo: {
    readonly request: FileRequest & { readonly isWhole: boolean; readonly companions?: readonly CompanionEnding[] };
    readonly result: PhotoFacts;
  };
  /** How an image looks; `isTurned`: also turned and mirrored. */
  readonly picture: { readonly request: FileRequest & { readonly isTurned: boolean }; readonly result: PicturePrint };
  /** How fine the finest is that is seen in an image. */
  readonly fineness: { readonly request: FileRequest; readonly result: PictureFineness };
  /** The hash of an image's pixels at full size. */
  readonly pixels: { readonly request: FileRequest; readonly result: PixelHash };
  /** What a text is made of, for telling near copies. */
  readonly text: { readonly request: TextRequest; readonly result: TextPrint };
}

export type FileTaskName = keyof FileTasks;

/** Reads files of workspaces: documents, and what else is asked of them. */
export interface FileReader extends DocumentReader {
  /** Never rejects but with CANCELLED after `close`. */
  run<N extends FileTaskName>(task: N, request: FileTasks[N]["request"]): Promise<FileTasks[N]["result"] | Unread>;
}

type TaskRunners = {
  readonly [N in FileTaskName]: (
    file: CheckedFile,
    request: FileTasks[N]["request"],
  ) => Promise<FileTasks[N]["result"] | Unread>;
};

// Libraries of formats are loaded with the first file that needs them.
const runners: TaskRunners = {
  photo: async (file, request) => {
    const { readPhoto } = await import("./photo-task.ts");
    using companions = new CompanionFiles(request, request.companions ?? []);
    return await readPhoto(file, { ...request, companions: companions.contents() });
  },
  picture: async (file, request) => (await import("../pictures/picture-print.ts")).printPicture(file, request),
  fineness: async (file, request) => (await import("../pictures/picture-fineness.ts")).measureFineness(file, request),
  pixels: async (file, request) => (await import("../pictures/picture-print.ts")).hashPixels(file, request),
  text: async (file, request) => (await import("./text-print.ts")).printText(file, request),
};

/** Does a task in the thread that calls. Never rejects. */
export async function runFileTask<N extends FileTaskName>(
  task: N,
  request: FileTasks[N]["request"],
): Promise<FileTasks[N]["result"] | Unread> {
  try {
    using file = openCheckedFile(request.path, request.root);
    return await runners[task](file, request);
  } catch (error) {
    return unreadFrom(error, request);
  }
}
