import { layoutOf, type ImageLayout, type TiffBlock } from "./image-layout.ts";
import type { ImageSource } from "./image-source.ts";
import { boxBytes, boxOf, readBoxes } from "./iso-boxes.ts";
import { gatherGps, gatherTags } from "./tag-gathering.ts";

const canonBox = "85c0b687820f11e08111f4ce462b6a48";
const xmpBox = "be7acfcb97a942e89c71999491e3afac";

/**
 * A Canon CR3: its "moov" box has a box of Canon's, in which directories of TIFF stand apart from one another (CMT1 the image's,
 * CMT2 EXIF's, CMT3 Canon's own, CMT4 those of GPS), as github.com/lclevy/canon_cr3 describes it.
 */
export async function readCanonCr3(source: ImageSource): Promise<ImageLayout> {
  const { boxes, isCut } = await readBoxes(source);
  const movie = boxOf(boxes, "moov");
  const movieBoxes = movie === undefined ? [] : (await readBoxes(movie.content)).boxes;
  const canon = movieBoxes.find(({ uuid }) => uuid === canonBox);
  const parts = canon === undefined ? [] : (await readBoxes(canon.content)).boxes;
  const part = async (type: string): Promise<Awaited<ReturnType<typeof gatherTags>>> => {
    const box = boxOf(parts, type);
    return box === undefined ? null : gatherTags(box.content);
  };
  const image = await part("CMT1");
  const exif = await part("CMT2");
  const gps = boxOf(parts, "CMT4");
  const packet = boxes.find(({ uuid }) => uuid === xmpBox);
  const holders = { CMT1: "image", CMT2: "exif", CMT3: "makerNote", CMT4: "gps" } as const;
  const blocks = Object.entries(holders).flatMap(([type, holds]): TiffBlock[] => {
    const box = boxOf(parts, type);
    return box === undefined ? [] : [{ source: box.content, holds }];
  });
  const picture = image?.pages[0];
  return layoutOf({
    format: "Canon CR3",
    width: picture?.width ?? null,
    height: picture?.height ?? null,
    tags:
      image === null
        ? null
        : {
            isLittleEndian: image.tags.isLittleEndian,
            image: image.tags.image,
            exif: exif?.tags.exif ?? [],
            gps: gps === undefined ? [] : await gatherGps(gps.content),
          },
    blocks,
    xmp: packet === undefined ? [] : [await boxBytes(packet)],
    isDamaged: isCut || image === null || exif === null,
    isCutShort: isCut,
  });
}
