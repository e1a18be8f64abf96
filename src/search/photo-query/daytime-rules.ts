import { inTurn, type Meaning, patternRule } from "./photo-rule.ts";

interface DayPart {
  /** Names of `daylight` in the metadata of photos; none: only the clock tells. */
  readonly names: readonly string[];
  readonly fromHour: number;
  readonly toHour: number;
}

/** The hours are for photos of which no position is known: wide enough for summer and winter of middle latitudes. */
const parts: ReadonlyMap<string, DayPart> = new Map([
  ["dawn", { names: ["dawn", "sunrise"], fromHour: 4, toHour: 8 }],
  ["sunrise", { names: ["sunrise", "dawn"], fromHour: 4, toHour: 9 }],
  ["golden hour", { names: ["golden hour", "sunrise", "sunset"], fromHour: 17, toHour: 22 }],
  ["sunset", { names: ["sunset", "golden hour", "dusk"], fromHour: 16, toHour: 22 }],
  ["dusk", { names: ["dusk", "sunset"], fromHour: 17, toHour: 23 }],
  ["blue hour", { names: ["dusk", "dawn"], fromHour: 17, toHour: 23 }],
  ["night", { names: ["night"], fromHour: 21, toHour: 5 }],
  ["daylight", { names: ["day", "golden hour", "sunrise", "sunset"], fromHour: 7, toHour: 19 }],
  ["midnight", { names: [], fromHour: 23, toHour: 1 }],
  ["early morning", { names: [], fromHour: 4, toHour: 9 }],
  ["morning", { names: [], fromHour: 4, toHour: 12 }],
  ["noon", { names: [], fromHour: 11, toHour: 14 }],
  ["afternoon", { names: [], fromHour: 12, toHour: 18 }],
  ["evening", { names: [], fromHour: 17, toHour: 23 }],
]);
const otherWords: ReadonlyMap<string, string> = new Map([
  ["twilight", "dusk"],
  ["nightfall", "dusk"],
  ["sundown", "sunset"],
  ["sunup", "sunrise"],
  ["daybreak", "dawn"],
  ["midday", "noon"],
  ["daytime", "daylight"],
  ["day", "daylight"],
  ["nighttime", "night"],
]);
const word =
  "(?<word>dawn|sunrises?|sunup|daybreak|golden hour|sunsets?|sundown|dusk|twilight|nightfall|blue hour|midnight|night ?time|nights?|early mornings?|mornings?|noon|midday|afternoons?|evenings?|daylight|day ?time)";
const stated = new RegExp(
  `\\b(?<lead>(?:at|in|by|during|around|from|on)(?: the| an?)?(?: (?:early|late))??) ${word}\\b(?! (?:club|stand|sky|shift|market))`,
  "dg",
);
const byDay = /\b(?:by|during the|during) (?<word>day)\b/dg;
const plain = new RegExp(`\\b${word} (?=photos?\\b|pictures?\\b|pics\\b|shots?\\b|images?\\b)`, "dg");
const closing = new RegExp(`(?<=\\b(?:photos|pictures|pics|shots) )${word}\\b`, "dg");
const closed = "(?=$|[,.?!;)]| (?:photos|pictures|pics|shots|in|at|with|near|from|on|by|and|or|\u00a6))";
/** "Friday night", "14 July 2023, evening": right behind what a rule has read. */
const behindDate = new RegExp(`(?<=\u00a6,? )${word}${closed}`, "dg");
const beside = new RegExp(
  `\\b(?<offset>(?:hours?|minutes?|mins?|just|shortly|right|soon|long|well) )?(?<side>before|after)(?: the)? (?<word>sunrise|sunup|dawn|daybreak|noon|midday|sunset|sundown|dusk|twilight|nightfall|dark|night|midnight)\\b(?! (?:club|stand|sky|shift|market))`,
  "dg",
);
const clockTime = (name: string): string => `(?<${name}>[01]?\\d|2[0-4])(?:[:h](?<${name}Minute>[0-5]\\d))?`;
const half = (name: string): string => `(?: ?(?<${name}>am|pm|a\\.m\\.|p\\.m\\.|o['\u2019]clock|h))?`;
const hours = new RegExp(
  `(?<behind>(?<=\u00a6,? ))?(?<![\\w.:/-])(?:taken )?(?:(?:between|from) )?${clockTime("first")}${half("a")}(?: (?:and|to|until|till) | ?[-–] ?)${clockTime("last")}${half("b")}(?![\\w:/-]|\\.\\d)(?<before>(?=,? (?:on )?\u00a6))?`,
  "dg",
);
const clock = new RegExp(
  `\\b(?:taken )?(?<word>at|around|about|after|before|until|till|since|past|from|by) ${clockTime("hour")}${half("half")}(?![\\w:/-]|\\.\\d)`,
  "dg",
);

/** What is before and after a time of the day; of others it is not known how far it goes. */
const sides: ReadonlyMap<string, DayPart> = new Map([
  ["before sunrise", { names: ["night", "dawn"], fromHour: 0, toHour: 6 }],
  ["after sunrise", { names: ["golden hour", "day"], fromHour: 7, toHour: 19 }],
  ["before dawn", { names: ["night"], fromHour: 0, toHour: 5 }],
  ["after dawn", { names: ["sunrise", "golden hour", "day"], fromHour: 6, toHour: 19 }],
  ["before noon", { names: [], fromHour: 0, toHour: 12 }],
  ["after noon", { names: [], fromHour: 12, toHour: 24 }],
  ["before sunset", { names: ["day", "golden hour"], fromHour: 7, toHour: 19 }],
  ["after sunset", { names: ["dusk", "night"], fromHour: 19, toHour: 5 }],
  ["before dusk", { names: ["day", "golden hour", "sunset"], fromHour: 7, toHour: 20 }],
  ["after dusk", { names: ["night"], fromHour: 20, toHour: 5 }],
  ["before midnight", { names: [], fromHour: 18, toHour: 24 }],
  ["after midnight", { names: [], fromHour: 0, toHour: 5 }],
]);

/** Times of the day by the sun or by the clock. */
export const daytimeRules = inTurn([
  patternRule(hours, ({ groups = {}, index, 0: text }, reading) => {
    const isOfDay =
      /\u00a6,? $/.test(reading.text.slice(0, index)) ||
      /^,? (?:on )?\u00a6/.test(reading.text.slice(index + text.length));
    if (!isOfDay && !/\d[:h]\d\d|\dh|[ap]\.?m\b|o['\u2019]clock/.test(text)) return null;
    const b = groups["b"] ?? "";
    const last = clockHour(groups["last"], groups["lastMinute"], b);
    const sameHalf = clockHour(groups["first"], groups["firstMinute"], groups["a"] ?? b);
    // "From 10 to 2 pm" begins in the morning.
    const isMorning = groups["a"] === undefined && sameHalf > last;
    const first = isMorning ? clockHour(groups["first"], groups["firstMinute"], "am") : sameHalf;
    return clockSpan(first, last, `between ${clockText(first)} and ${clockText(last)}`);
  }),
  patternRule(clock, ({ groups = {} }) => {
    const { word: side = "at", hourMinute } = groups;
    if (groups["half"] === undefined && hourMinute === undefined) return null;
    const hour = clockHour(groups["hour"], hourMinute, groups["half"]);
    const label = `${side} ${clockText(hour)}`;
    if (/after|since|past|from/.test(side)) return clockSpan(hour, 24, `after ${clockText(hour)}`);
    if (/before|until|till|by/.test(side)) return clockSpan(0, hour, `before ${clockText(hour)}`);
    if (side !== "at") return clockSpan(hour - 1, hour + (hourMinute === undefined ? 2 : 1), label);
    if (hourMinute === undefined) return clockSpan(hour, hour + 1, label);
    return clockSpan(hour - 0.25, hour + 0.25, `${label} (${clockText(hour - 0.25)} to ${clockText(hour + 0.25)})`);
  }),
  patternRule(beside, ({ groups = {} }) => {
    const { word: asked = "", side = "" } = groups;
    const name = otherWords.get(asked) ?? asked;
    const part = sides.get(`${side} ${/^(?:dark|night)$/.test(name) ? "dusk" : name}`);
    if (part === undefined || groups["offset"] !== undefined) return null;
    const shown = part.names.length === 0 ? "" : ` (${part.names.join(" or ")})`;
    return { anyOf: [{ kind: "daylight", ...part }], label: `${side} ${name}${shown}` };
  }),
  patternRule(stated, ({ groups = {} }) => dayPart(groups["word"] ?? "", "when-unknown")),
  patternRule(byDay, () => dayPart("day", "when-unknown")),
  patternRule(plain, ({ groups = {} }) => dayPart(groups["word"] ?? "", "always")),
  patternRule(closing, ({ groups = {} }) => dayPart(groups["word"] ?? "", "always")),
  patternRule(behindDate, ({ groups = {} }) => dayPart(groups["word"] ?? "", "always")),
]);

function dayPart(asked: string, wordsCount: "always" | "when-unknown"): Meaning | null {
  const single = asked.replace(/s$/, "").replace(/(night|day) time/, "$1time");
  const name = otherWords.get(single) ?? single;
  const part = parts.get(name);
  if (part === undefined) return null;
  const label = name === "daylight" ? "by day" : `${/morning|afternoon|evening/.test(name) ? "in the" : "at"} ${name}`;
  return { anyOf: [{ kind: "daylight", ...part }], label, words: [single], wordsCount, softGroup: "word" };
}

function clockSpan(from: number, to: number, label: string): Meaning {
  // 24 is the end of the day, not its beginning.
  const toHour = to > 24 ? to - 24 : to;
  return { anyOf: [{ kind: "daylight", names: [], fromHour: (from + 24) % 24, toHour }], label };
}

/** Hours since midnight, with a half for half past. */
function clockHour(text = "0", minute = "0", halfOfDay = ""): number {
  const hour = Number(text) % 24;
  const inHalf = halfOfDay.startsWith("p") ? (hour % 12) + 12 : halfOfDay.startsWith("a") ? hour % 12 : hour;
  return inHalf + Number(minute) / 60;
}

function clockText(hour: number): string {
  const minutes = Math.round(((hour + 24) % 24) * 60);
  return `${Math.floor(minutes / 60)}:${String(minutes % 60).padStart(2, "0")}`;
}
