import { expect, test } from "vitest";
import {
  isPermissiveExpression,
  isPermissiveName,
  licenceOfText,
  manifestLicence,
  npmLicence,
  readDebianCopyright,
} from "./licence.ts";

test.each([
  "MIT",
  "Expat",
  "BSD-3-clause",
  "BSD-2-Clause",
  "Apache-2.0",
  "Apache-2",
  "ISC",
  "PSF-2",
  "Zlib",
  "CC0-1.0",
  "Unlicense",
  "0BSD",
  "Apache-2.0 with LLVM-exception",
  "MIT License",
  "BSD-3-clause-Google",
])("%s is permissive", (name) => expect(isPermissiveName(name)).toBe(true));

test.each([
  "GPL-2+",
  "LGPL-2.1",
  "AGPL-3",
  "MPL-2.0",
  "EPL-2.0",
  "BSD-4-clause",
  "CC-BY-SA-4.0",
  "Artistic-2.0",
  "SSPL-1.0",
  "BUSL-1.1",
  "UNLICENSED",
  "SEE LICENSE IN FILE",
  "",
  "MIT-GPL",
  "Apache-1.1",
  "MIT-plus-author-restriction",
])("%s is not on the list", (name) => expect(isPermissiveName(name)).toBe(false));

test("one permissive choice is enough, but all parts of a sum must be permissive", () => {
  expect(isPermissiveExpression("GPL-2+ or Expat")).toBe(true);
  expect(isPermissiveExpression("MIT OR Apache-2.0")).toBe(true);
  expect(isPermissiveExpression("(MIT OR GPL-3.0)")).toBe(true);
  expect(isPermissiveExpression("Expat and BSD-3-clause")).toBe(true);
  expect(isPermissiveExpression("Expat and GPL-2+")).toBe(false);
  expect(isPermissiveExpression("(MIT AND GPL-3.0) OR LGPL-3.0")).toBe(false);
  expect(isPermissiveExpression("MIT AND (GPL-3.0 OR BSD-3-Clause)")).toBe(true);
  expect(isPermissiveExpression("Expat or GPL-2, and LGPL-2.1")).toBe(false);
});

test("a package.json states its licence as a string, an object or a list; without one it is refused", () => {
  expect(npmLicence({ license: "MIT" })).toEqual({ kind: "permissive", licence: "MIT" });
  expect(npmLicence({ license: { type: "ISC" } }).kind).toBe("permissive");
  expect(npmLicence({ licenses: [{ type: "GPL-2.0" }, { type: "MIT" }] }).kind).toBe("permissive");
  expect(npmLicence({ license: "GPL-3.0" })).toEqual({ kind: "refused", reason: "GPL-3.0" });
  for (const manifest of [{}, null, 3, { license: 4 }, { license: "UNLICENSED" }])
    expect(npmLicence(manifest).kind).toBe("refused");
});

const copyright = `Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/

Files: *
Copyright: 2020 Someone
License: Expat

Files: lib/borrowed.c
 contrib/*
License: GPL-2+

Files: debian/*
License: GPL-3+

License: Expat
 Permission is hereby granted ...
`;

test("each file has the licence of the last paragraph that matches it, and the packaging does not count", () => {
  const read = readDebianCopyright(copyright);
  expect(read?.licences).toEqual(["Expat", "GPL-2+"]);
  expect(read?.licenceOf("src/main.c")).toBe("Expat");
  expect(read?.licenceOf("lib/borrowed.c")).toBe("GPL-2+");
  expect(read?.licenceOf("contrib/deep/x.py")).toBe("GPL-2+");
});

test("a copyright file in prose establishes nothing", () => {
  expect(readDebianCopyright("This package was debianized by ...\n\nLicense: MIT\n")).toBeNull();
  expect(readDebianCopyright("")).toBeNull();
});

test("manifests of other languages are read, and one that does not parse establishes nothing", () => {
  expect(manifestLicence("Cargo.toml", 'license = "MIT/Apache-2.0"\n')?.kind).toBe("permissive");
  expect(manifestLicence("setup.py", '"License :: OSI Approved :: GNU General Public License v2 (GPLv2)",')?.kind).toBe(
    "refused",
  );
  expect(manifestLicence("setup.py", '"License :: OSI Approved :: BSD License",')?.kind).toBe("permissive");
  expect(manifestLicence("package.json", "{")).toBeNull();
  expect(manifestLicence("main.py", "license = MIT")).toBeNull();
});

test("a licence file is known by its words, unless it names another licence too", () => {
  const mit = "Permission is hereby granted, free of charge, to any\nperson obtaining a copy of this software";
  expect(licenceOfText(mit)).toEqual({ kind: "permissive", licence: "MIT" });
  expect(licenceOfText(`${mit}\n\nParts: GNU General Public License`)).toBeNull();
  expect(licenceOfText("All rights reserved.")).toBeNull();
});
