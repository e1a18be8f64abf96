import { inTurn, type Meaning, patternRule } from "./photo-rule.ts";

const noun = "(?:photos?|pictures?|pics|images?|shots?|orientation|format|mode|crops?|ones)";
const orientation = new RegExp(
  `\\b(?:(?:in|with) (?:an? )?)?(?<word>portrait|landscape|vertical|horizontal|upright|square|panoram(?:a|ic)) (?<noun>${noun})\\b`,
  "dg",
);
const inShape = /\bin (?<word>portrait|landscape|square|panorama)(?! of\b)(?![\w-])/dg;
const panoramas = /\b(?<word>panoramas?|panoramic)\b/dg;
const names = [
  "jpe?gs?",
  "pngs?",
  "heics?",
  "heifs?",
  "tiffs?",
  "gifs?",
  "webps?",
  "avifs?",
  "svgs?",
  "dngs?",
  "nefs?",
  "cr2s?",
  "cr3s?",
  "arws?",
  "rafs?",
  "orfs?",
  "psds?",
];
const format = new RegExp(
  `(?<![\\w.])(?:(?:in|as) )?(?<word>${names.join("|")})(?: (?:files?|format))?(?![\\w.])`,
  "dg",
);
const raw =
  /(?<![\w.])(?<lead>in |as |\.)?(?<word>raws?)(?<tail> (?:photos?|files?|images?|shots?|pictures?|format))?(?![\w.])/dg;
const screenshots = /\b(?<word>screen ?shots?|screen ?captures?)\b/dg;
const selfies = /\b(?<word>selfies?)\b/dg;

const rawEndings = "cr2,cr3,crw,nef,nrw,arw,sr2,srf,dng,orf,rw2,raf,pef,srw,3fr,erf,iiq,x3f,raw".split(",");
const endings: Readonly<Record<string, readonly string[]>> = {
  jpg: ["jpg", "jpeg", "jpe", "jfif"],
  heic: ["heic", "heif", "hif"],
  tiff: ["tif", "tiff"],
};

/** Orientation, file format, screenshots and selfies. */
export const shapeRules = inTurn([
  patternRule(screenshots, () => ({
    anyOf: [{ kind: "screenshot" }],
    label: "screenshots",
    words: ["screenshot", "screenshots"],
    wordsCount: "always",
    softGroup: "word",
  })),
  patternRule(selfies, () => ({
    anyOf: [{ kind: "lens", name: "front" }],
    label: "selfies (front camera)",
    words: ["selfie", "selfies"],
    wordsCount: "always",
    softGroup: "word",
  })),
  patternRule(orientation, (match, { original }) => {
    const { groups = {} } = match;
    // "Times Square photos"
    const before = original.slice(0, match.index).trimEnd();
    if (groups["word"] === "square" && /\p{Lu}\p{Ll}+$/u.test(before) && original.startsWith("S", match.index))
      return null;
    const isSaid = /orientation|format|mode|crop/.test(groups["noun"] ?? "");
    const end = (match.indices?.groups?.["word"] ?? [0, 0])[1];
    return { ...shape(groups["word"] ?? "", isSaid), ...(isSaid ? {} : { to: end }) };
  }),
  patternRule(inShape, ({ groups = {} }) => shape(groups["word"] ?? "", true)),
  patternRule(panoramas, () => shape("panorama", false)),
  patternRule(raw, (match, { original }) => {
    const { groups = {} } = match;
    const at = match.indices?.groups?.["word"]?.[0] ?? 0;
    const isSaid = groups["tail"] !== undefined || groups["lead"] !== undefined || original.startsWith("RAW", at);
    return isSaid ? { anyOf: [{ kind: "format", extensions: rawEndings }], label: "RAW files" } : null;
  }),
  patternRule(format, ({ groups = {} }) => {
    const word = groups["word"] ?? "";
    const name = /^jpe?g/.test(word) ? "jpg" : /^hei[cf]/.test(word) ? "heic" : word.replace(/s$/, "");
    return { anyOf: [{ kind: "format", extensions: endings[name] ?? [name] }], label: `${name.toUpperCase()} files` };
  }),
]);

function shape(word: string, isSaid: boolean): Meaning {
  const aspects =
    word === "portrait" || word === "vertical" || word === "upright"
      ? ["portrait"]
      : word === "square"
        ? ["square"]
        : word.startsWith("panoram")
          ? ["panorama"]
          : ["landscape", "panorama"];
  const [name = ""] = aspects;
  const meaning: Meaning = {
    anyOf: [{ kind: "shape", aspects }],
    label: name === "panorama" ? name : `${name} format`,
  };
  return isSaid ? meaning : { ...meaning, words: [name], wordsCount: "always", softGroup: "word" };
}
