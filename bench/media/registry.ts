import { measureAlikePictures } from "./parts/alike-pictures.ts";
import { measureAlikeTexts } from "./parts/alike-texts.ts";
import { measureCompareFiles } from "./parts/compare-files.ts";
import { measureDuplicates } from "./parts/duplicates.ts";
import { measureExtractExif } from "./parts/extract-exif.ts";
import { measurePhotoQuestions } from "./parts/photo-questions.ts";
import { measurePlaces } from "./parts/places.ts";
import { measureQuickLoad } from "./parts/quick-load.ts";

/** What is measured: one file each, in the order of a whole run. A part answers figures and, where it has one, what it is compared with. */
export const parts = {
  "quick-load": measureQuickLoad,
  "extract-exif": measureExtractExif,
  places: measurePlaces,
  "photo-questions": measurePhotoQuestions,
  duplicates: measureDuplicates,
  "alike-pictures": measureAlikePictures,
  "alike-texts": measureAlikeTexts,
  "compare-files": measureCompareFiles,
} satisfies Record<string, () => Promise<object>>;
