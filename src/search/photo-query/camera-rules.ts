import type { PhotoNeed } from "../../core/photo-filter.ts";
import { samsungNames } from "./phone-codes.ts";
import { inTurn, type Meaning, patternRule } from "./photo-rule.ts";

interface Maker {
  readonly label: string;
  /** What a camera of the maker has in its make or model. */
  readonly names: readonly string[];
  /** The word means something else too: by itself it is no camera. */
  readonly isEveryday?: boolean;
  /** Photos carry a code instead of the model's name. */
  readonly hasCodes?: boolean;
}

const makers: ReadonlyMap<string, Maker> = new Map([
  ["canon", { label: "Canon", names: ["canon"] }],
  ["nikon", { label: "Nikon", names: ["nikon"] }],
  ["sony", { label: "Sony", names: ["sony"] }],
  ["fujifilm", { label: "Fujifilm", names: ["fujifilm"] }],
  ["fuji", { label: "Fuji", names: ["fuji"] }],
  ["olympus", { label: "Olympus", names: ["olympus", "om digital", "om system"] }],
  ["om system", { label: "OM System", names: ["om system", "om digital", "olympus"] }],
  ["panasonic", { label: "Panasonic", names: ["panasonic", "lumix"] }],
  ["lumix", { label: "Lumix", names: ["lumix", "panasonic"] }],
  ["leica", { label: "Leica", names: ["leica"] }],
  ["pentax", { label: "Pentax", names: ["pentax"] }],
  ["ricoh", { label: "Ricoh", names: ["ricoh"] }],
  ["hasselblad", { label: "Hasselblad", names: ["hasselblad"] }],
  ["gopro", { label: "GoPro", names: ["gopro"] }],
  ["dji", { label: "DJI", names: ["dji"] }],
  ["insta360", { label: "Insta360", names: ["insta360"] }],
  ["iphone", { label: "iPhone", names: ["iphone"] }],
  ["ipad", { label: "iPad", names: ["ipad"] }],
  ["apple", { label: "Apple", names: ["apple", "iphone", "ipad"], isEveryday: true }],
  ["samsung", { label: "Samsung", names: ["samsung"], hasCodes: true }],
  ["galaxy", { label: "Galaxy", names: ["galaxy", "samsung"], isEveryday: true, hasCodes: true }],
  ["google pixel", { label: "Pixel", names: ["pixel"] }],
  ["pixel", { label: "Pixel", names: ["pixel"], isEveryday: true }],
  ["huawei", { label: "Huawei", names: ["huawei"], hasCodes: true }],
  ["xiaomi", { label: "Xiaomi", names: ["xiaomi", "redmi"] }],
  ["redmi", { label: "Redmi", names: ["redmi"] }],
  ["oneplus", { label: "OnePlus", names: ["oneplus"], hasCodes: true }],
  ["motorola", { label: "Motorola", names: ["motorola"] }],
  ["nokia", { label: "Nokia", names: ["nokia"] }],
  ["kodak", { label: "Kodak", names: ["kodak"] }],
  ["minolta", { label: "Minolta", names: ["minolta"] }],
  ["casio", { label: "Casio", names: ["casio"] }],
  ["sigma", { label: "Sigma", names: ["sigma"], isEveryday: true }],
  ["honor", { label: "Honor", names: ["honor"], isEveryday: true }],
  ["vivo", { label: "Vivo", names: ["vivo"], isEveryday: true }],
  ["oppo", { label: "Oppo", names: ["oppo"] }],
]);

const lead = "(?:(?<lead>with|on|by|using|from|of) (?:(?<article>my|our|his|her|their|the|an?|old|new|some|any) )*)?";
/** What follows a maker in the name of a model: the first has a figure or is a series, then figures and words as "Mark IV". */
const series =
  "(?:eos|powershot|rebel|ixus|coolpix|cyber-?shot|alpha|hero|mavic|mini|air|osmo|galaxy|pixel|iphone|stylus|tough|om-d|pen|z|m|q|k|gr|x|dmc|dc)";
const figure = "(?:[a-z]{1,4}-)?[a-z]{0,4}\\d{1,4}[a-z]{0,4}";
const suffix = "(?:mark|mk|pro|max|plus|ultra|fe|mini|air|se|iii|ii|iv|vi|v|i|(?:[a-z]{1,4}-?)?\\d{1,4}[a-z]{0,4})";
const model = `(?<model>(?: ${series}(?![\\w-]))?(?: ${figure}(?![\\w/.]))(?: ${suffix}(?![\\w/.])){0,3}| ${series}(?![\\w-]))`;
const make = `(?<make>${[...makers.keys()].toSorted((a, b) => b.length - a.length).join("|")})(?:'s)?`;
const tail = "(?: cameras?| phones?)?";

const joint = "(?:, ?(?:or |and )?| (?:or|and) (?:(?:the|an?|my) )?| ?/ ?)";
const another = `${joint}(?<name>${figure}(?: ${suffix}(?![\\w/.])){0,3})(?![\\w/.])`;
/** More models of the maker: "Canon 5D or 6D". */
const more = `(?<more>(?:${another.replace("?<name>", "?:")}){0,4})`;

const madeBy = new RegExp(`\\b${lead}${make}(?![\\w-])(?:${model}${more})?${tail}\\b`, "dg");
const seriesAlone = new RegExp(
  `\\b${lead}(?<name>(?:eos|powershot|ixus|coolpix|rebel|cyber-?shot)(?: ${figure}(?![\\w/.]))?(?: ${suffix}(?![\\w/.])){0,3})${tail}\\b`,
  "dg",
);
/** A name of letters and figures right after "taken with". */
const takenWith = new RegExp(
  `\\b(?:taken|shot|made|captured|photographed|photos?|pictures?) (?:with|on|using) (?:(?:my|our|the|an?|old|new) )*(?<name>(?=[a-z0-9-]*\\d)(?=[a-z0-9-]*[a-z])(?!\\d+mm)(?:[a-z]{1,5}-)?[a-z]{0,5}\\d{1,4}[a-z]{0,4}(?: ${suffix}(?![\\w/.])){0,3})${tail}\\b`,
  "dg",
);
/** Models that no other word is written as. */
const knownModel = new RegExp(
  `\\b(?:with|on|using) (?:(?:my|our|the|an?) )?(?<name>x-[tehsam]\\d{1,2}|x-pro\\d|x100[a-z]?|gfx ?\\d{2,3}[a-z]?|a7[rsc]?(?: (?:iii|ii|iv|v))?|d[5-8]\\d{2,3}|om-\\d)${tail}(?![\\w-])`,
  "dg",
);
/** "Near Mount Fuji", "in Nokia". */
const placeBefore =
  /(?:^|[\s,])(?:mount|mt\.?|near|in|at|around|to|towards|climb(?:ing|ed)?|hik(?:ing|ed)|visit(?:ing|ed)?)(?: the)? $/;
const numberRule = /^\d+(?:mm|s|x|st|nd|rd|th|k)?$/;
/** Sony sells as "a7 III" what calls itself "ILCE-7M3". */
const alpha = /^(?:alpha ?|a)(\d{1,4})([rsc])?(?: ?(?:mark |mk )?(iii|ii|iv|v|[2-5]))?$/;
const romans: Readonly<Record<string, number>> = { ii: 2, iii: 3, iv: 4, v: 5 };

/** Cameras by maker, series and model. */
export const cameraRules = inTurn([
  patternRule(madeBy, (match, { text }) => {
    const { groups = {}, index } = match;
    const maker = makers.get(groups["make"] ?? "");
    const modelName = (groups["model"] ?? "").trim();
    // "photos of my Nikon" shows one.
    if (maker === undefined || groups["lead"] === "of" || (numberRule.test(modelName) && !isPhone(maker))) return null;
    if (groups["lead"] === undefined && placeBefore.test(text.slice(Math.max(0, index - 20), index))) return null;
    if (maker.isEveryday === true && modelName === "" && groups["lead"] === undefined) return null;
    const isSaid = groups["lead"] !== undefined && groups["lead"] !== "by";
    if (modelName === "") return camera(maker.label, { names: maker.names, isSaid });
    const others = otherModels(maker, match);
    const all = [modelName, ...others.names].map((name) => modelOf(maker, name));
    const label = all.map((each) => each.label).join(" or ");
    const meaning = camera(label, { names: all.flatMap(({ names }) => names), isSaid });
    return others.to === undefined ? meaning : { ...meaning, to: others.to };
  }),
  patternRule(seriesAlone, ({ groups = {} }) => {
    const name = groups["name"] ?? "";
    return groups["lead"] === "of"
      ? null
      : camera(modelText(name), { names: [name], isSaid: groups["lead"] !== undefined });
  }),
  patternRule(takenWith, ({ groups = {} }) => {
    const name = groups["name"] ?? "";
    return numberRule.test(name) ? null : camera(modelText(name), { names: [name, ...alphaNames(name)], isSaid: true });
  }),
  patternRule(knownModel, ({ groups = {} }) => {
    const name = groups["name"] ?? "";
    return camera(modelText(name), { names: [name, ...alphaNames(name)], isSaid: true });
  }),
]);

function camera(label: string, { names, isSaid }: { names: readonly string[]; isSaid: boolean }): Meaning {
  const anyOf = names.map((name): PhotoNeed => ({ kind: "camera", name }));
  return {
    anyOf,
    label: `camera ${label}`,
    words: [...new Set([label.toLowerCase(), ...names])],
    wordsCount: isSaid ? "when-unknown" : "always",
    ...(isSaid ? {} : { softGroup: "make" }),
  };
}

/** The models behind the first one; `to`: where the last of them ends, when there may be some. */
function otherModels(maker: Maker, match: RegExpExecArray): { names: string[]; to?: number } {
  const [start, end] = match.indices?.groups?.["more"] ?? [0, 0];
  if (start === end) return { names: [] };
  const names: string[] = [];
  let to = start;
  for (const { groups = {}, index, 0: text } of match.input.slice(start, end).matchAll(new RegExp(another, "g"))) {
    const name = groups["name"] ?? "";
    const behind = match.input.slice(start + index + text.length);
    const isLast = /^(?:$|[,.?!]| (?:photos|pictures|pics|shots|or|and)\b)/.test(behind);
    const isModel = /^\d+$/.test(name) ? isPhone(maker) && isLast : !numberRule.test(name);
    if (!isModel) break;
    names.push(name);
    to = start + index + text.length;
  }
  return { names, to };
}

/** A phone whose code is not known is found by its maker, and that is said. */
function modelOf(maker: Maker, modelName: string): { label: string; names: readonly string[] } {
  const label = `${maker.label} ${modelText(modelName)}`;
  if (maker.hasCodes !== true) return { label, names: modelNames(maker, modelName) };
  if (modelName === "galaxy") return { label, names: maker.names };
  const names = maker.names.includes("samsung") ? samsungNames(modelName) : null;
  return names === null
    ? { label: `${maker.label} (any model: the code of ${modelText(modelName)} is not known)`, names: maker.names }
    : { label, names };
}

/** Of phones the number is the model: "iPhone 15", "Pixel 7". */
function isPhone({ names }: Maker): boolean {
  return names.some((name) => ["iphone", "ipad", "pixel", "gopro", "samsung", "galaxy", "oneplus"].includes(name));
}

/** The maker's own series stand without the maker's name, too: "Canon EOS R5" is "EOS R5". */
function modelNames({ names: [name = ""] }: Maker, modelName: string): string[] {
  const isPartOfName = ["iphone", "ipad", "pixel", "gopro", "galaxy"].includes(name);
  const own = isPartOfName && /^\d/.test(modelName) ? `${name} ${modelName}` : modelName;
  return [own, ...alphaNames(modelName)];
}

function alphaNames(name: string): string[] {
  const match = alpha.exec(name);
  if (match === null) return [];
  const [, number = "", kind = "", mark] = match;
  const generation = mark === undefined ? "" : `m${romans[mark] ?? mark}`;
  return [`ilce-${number}${kind}${generation}`];
}

function modelText(name: string): string {
  return name
    .split(" ")
    .map((word) =>
      /\d|^(?:eos|ii|iii|iv|v|vi|se|z|gr|dmc|dc)$/.test(word)
        ? word.toUpperCase()
        : word.slice(0, 1).toUpperCase() + word.slice(1),
    )
    .join(" ");
}
