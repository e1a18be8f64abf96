import { comparedFineness } from "../pictures/picture-fineness.ts";
import type { PicturePrint } from "../pictures/picture-print.ts";
import type { Unread } from "../reader/document-reader.ts";
import type { FileReader, FileRequest } from "../reader/file-tasks.ts";
import { isRawPhoto } from "../workspace/companions.ts";
import { requireWanted, type Comparison } from "./copies.ts";
import type { CopyWorth } from "./copy-worth.ts";
import type { KeptPrints } from "./kept-prints.ts";
import type { PrintedFile } from "./printed-files.ts";

/** What a file says that was looked at for its worth; small enough to keep. */
interface SeenPicture {
  readonly isFromCamera: boolean;
  /** As of `PictureFineness`; null: not measured. */
  readonly levels: readonly number[] | null;
}

// As many as all readers have in hand, and some that wait for them.
const seenAhead = 16;
// Headers are read in a moment: so many pictures are looked at when the time is over, lest an export be taken for the original.
const seenTooLate = 200;

/** Finds out of pictures that look alike which is worth most; one for each run. */
export class PictureJudge {
  readonly #work: Comparison;
  readonly #reader: FileReader;
  readonly #kept: KeptPrints;
  #seenLate = 0;

  constructor(work: Comparison, { reader, kept }: { readonly reader: FileReader; readonly kept: KeptPrints }) {
    this.#work = work;
    this.#reader = reader;
    this.#kept = kept;
  }

  /** In the order of the members. Errors: CANCELLED. */
  async worthOf(
    members: readonly PrintedFile<PicturePrint>[],
    hasRaw: (path: string) => boolean,
  ): Promise<CopyWorth[]> {
    const pixels = members.map(({ print }) => print.width * print.height);
    // Only what was made larger has more pixels and less to see.
    const isMeasured = pixels.some((each) => each !== pixels[0]);
    const seen: (SeenPicture | undefined)[] = Array.from({ length: members.length });
    let next = 0;
    const seeNext = async (): Promise<void> => {
      for (let index = next++; index < members.length; index = next++) {
        requireWanted(this.#work);
        if (this.#work.isTimeOver() && this.#seenLate++ >= seenTooLate) return;
        const member = members[index];
        if (member !== undefined) seen[index] = await this.#see(member, isMeasured);
      }
    };
    await Promise.all(Array.from({ length: seenAhead }, seeNext));
    // Of a group that the time did not suffice for, those that were looked at have no advantage.
    const known = seen.some((each) => each === undefined) ? [] : seen;
    const finenesses = comparedFineness(known.map((each) => each?.levels ?? null));
    return members.map(({ path }, index) => ({
      isFromCamera: known[index]?.isFromCamera ?? false,
      hasRaw: isRawPhoto(path) || hasRaw(path),
      fineness: finenesses[index] ?? 0,
      pixels: pixels[index] ?? 0,
      isPart: false,
    }));
  }

  async #see({ path, copy }: PrintedFile<PicturePrint>, isMeasured: boolean): Promise<SeenPicture> {
    const request: FileRequest = { root: this.#work.root, path };
    const key = `worth-${isMeasured}:${request.root}/${path}:${copy.signature}`;
    // Safe: nothing else is kept under keys that begin so.
    const known = this.#kept.find(key) as SeenPicture | undefined;
    if (known !== undefined) return known;
    const isFromCamera = saysCamera(await this.#reader.run("photo", { ...request, isWhole: false }));
    const measured = isMeasured ? await this.#reader.run("fineness", request) : null;
    const seen = { isFromCamera, levels: measured?.kind === "fineness" ? measured.levels : null };
    this.#kept.keep(key, seen);
    return seen;
  }
}

/** What a camera writes, and what exports and chats leave out. */
function saysCamera(
  photo: Unread | { readonly kind: "photo"; readonly hasExif: boolean | null; readonly facts: object },
): boolean {
  if (photo.kind !== "photo") return false;
  return "camera" in photo.facts || "cameraMake" in photo.facts || (photo.hasExif === true && "takenAt" in photo.facts);
}
