import type { Category } from "../core/document.ts";
import type { FileType } from "./extracted.ts";

/** A type whose files are found by their names alone; `extensions` stand with spaces between them. */
export function namedType(id: string, category: Category, extensions: string): FileType {
  return {
    id,
    category,
    language: null,
    extensions: extensions.split(" "),
    fileNames: [],
    extracts: "Name and size.",
    extractor: { reads: "name" },
    version: "name-1",
  };
}

/** Sound, film and fonts: found by their names. */
export const mediaTypes: readonly FileType[] = [
  namedType("audio", "other", "mp3 wav flac ogg oga opus m4a aac aiff aif wma mid midi amr"),
  namedType("video", "other", "mp4 mov avi mkv webm m4v wmv flv mpg mpeg m2ts 3gp ogv"),
  namedType("font", "other", "ttf otf ttc woff woff2 eot"),
];

/** Machine code and stored numbers: nobody searches for one of thousands of object files. */
export const binaryTypes: readonly FileType[] = [
  {
    ...namedType(
      "binary",
      "other",
      "exe dll so dylib a o obj lib class pyc pyo wasm node bin mdb parquet arrow feather avro orc npy npz h5 hdf5 pkl " +
        "pickle pt pth onnx safetensors gguf tflite mo ilk swp elf",
    ),
    extracts: "Nothing: skipped as binary.",
    extractor: { reads: "nothing" },
  },
];
