import type { FileType } from "./extracted.ts";
import { namedType } from "./named.ts";

/** Named, not opened: what they hold is searched where it is unpacked. */
export const archiveTypes: readonly FileType[] = [
  namedType(
    "archive",
    "archives",
    "zip tar gz tgz bz2 tbz2 tbz xz txz lzma zst tzst 7z rar lz4 lz br z cab arj lha lzh cpio ar sit sitx",
  ),
  namedType(
    "package",
    "archives",
    "jar war ear aar whl egg gem deb rpm apk aab ipa crate nupkg vsix xpi crx msi msix pkg conda flatpak appimage phar",
  ),
  namedType("disk-image", "archives", "dmg iso img vhdx vmdk qcow2 vdi ova squashfs"),
];
