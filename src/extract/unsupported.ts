import type { Category } from "../core/document.ts";
import type { FileType } from "./extracted.ts";

const named = (id: string, category: Category, extensions: readonly string[]): FileType => ({
  id,
  category,
  language: null,
  extensions,
  fileNames: [],
  extracts: "Named and counted only in this version.",
  extractor: null,
  version: "none",
});

/** Types that are known by name, and whose content is not read in this version. */
export const unsupportedTypes: readonly FileType[] = [
  named("image", "images", ["jpg", "jpeg", "png", "gif", "webp", "avif", "heic", "heif", "tif", "tiff", "bmp", "ico", "psd", "xcf", "raw", "cr2", "cr3", "nef", "arw", "dng", "orf", "rw2", "svg", "ai", "eps"]),
  named("pdf", "documents", ["pdf", "ps", "djvu"]),
  named("office", "documents", ["docx", "doc", "dotx", "xlsx", "xls", "xlsm", "pptx", "ppt", "odt", "ods", "odp", "rtf", "pages", "numbers", "epub", "mobi"]),
  named("cad", "cad", ["dwg", "dxf", "step", "stp", "iges", "igs", "stl", "obj", "3mf", "fcstd", "skp", "sldprt", "sldasm", "ipt", "iam", "gltf", "glb", "fbx", "blend", "ifc", "scad"]),
  named("archive", "archives", ["zip", "tar", "gz", "tgz", "bz2", "tbz2", "xz", "txz", "zst", "7z", "rar", "jar", "war", "ear", "whl", "gem", "deb", "rpm", "dmg", "iso", "apk", "ipa", "crate", "nupkg", "egg", "lz4", "br"]),
  named("audio-video", "other", ["mp3", "wav", "flac", "ogg", "m4a", "aac", "mp4", "mov", "avi", "mkv", "webm", "m4v", "wmv", "mid"]),
  named("font", "other", ["ttf", "otf", "woff", "woff2", "eot"]),
  named("binary", "other", ["exe", "dll", "so", "dylib", "a", "o", "obj", "lib", "class", "pyc", "wasm", "node", "bin", "dat", "db", "sqlite", "sqlite3", "mdb", "parquet", "arrow", "feather", "avro", "orc", "npy", "npz", "h5", "hdf5", "pkl", "pickle", "pt", "pth", "onnx", "safetensors", "gguf", "tflite", "mo"]),
];
