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
  `\\b(?<lead>(?:at|in|by|during|around|before|after|on)(?: the| an?)?(?: (?:early|late))??) ${word}\\b(?! (?:club|stand|sky|shift|market))`,
  "dg",
);
const byDay = /\b(?:by|during the|during) (?<word>day)\b/dg;
const plain = new RegExp(`\\b${word} (?=photos?\\b|pictures?\\b|pics\\b|shots?\\b|images?\\b)`, "dg");
const closing = new RegExp(`(?<=\\b(?:photos|pictures|pics|shots) )${word}\\b`, "dg");
const hours =
  /\b(?:taken )?between (?<first>[01]?\d|2[0-4])(?::00|h)? ?(?<a>am|pm)? and (?<last>[01]?\d|2[0-4])(?::00|h)? ?(?<b>am|pm|o'clock|h)?(?![\w.:/-])/dg;

const clock = /\b(?<word>at|around|about) (?<hour>1[0-2]|[1-9])(?::\d\d)? ?(?<half>am|pm)\b/dg;

/** Times of the day by the sun or by the clock. */
export const daytimeRules = inTurn([
  patternRule(hours, ({ groups = {}, 0: text }) => {
    if (!/:00|\dh|am\b|pm\b|o'clock/.test(text)) return null;
    const first = clockHour(groups["first"], groups["a"] ?? groups["b"]);
    const last = clockHour(groups["last"], groups["b"]);
    return {
      anyOf: [{ kind: "daylight", names: [], fromHour: first, toHour: last }],
      label: `between ${first}:00 and ${last}:00`,
    };
  }),
  patternRule(clock, ({ groups = {} }) => {
    const hour = clockHour(groups["hour"], groups["half"]);
    const about = groups["word"] === "at" ? 0 : 1;
    const need = {
      kind: "daylight",
      names: [],
      fromHour: (hour + 24 - about) % 24,
      toHour: (hour + 1 + about) % 24,
    } as const;
    return { anyOf: [need], label: `${groups["word"]} ${hour}:00` };
  }),
  patternRule(stated, ({ groups = {} }) => dayPart(groups["word"] ?? "", "when-unknown")),
  patternRule(byDay, () => dayPart("day", "when-unknown")),
  patternRule(plain, ({ groups = {} }) => dayPart(groups["word"] ?? "", "always")),
  patternRule(closing, ({ groups = {} }) => dayPart(groups["word"] ?? "", "always")),
]);

function dayPart(asked: string, wordsCount: "always" | "when-unknown"): Meaning | null {
  const single = asked.replace(/s$/, "").replace(/(night|day) time/, "$1time");
  const name = otherWords.get(single) ?? single;
  const part = parts.get(name);
  if (part === undefined) return null;
  const label = name === "daylight" ? "by day" : `${/morning|afternoon|evening/.test(name) ? "in the" : "at"} ${name}`;
  return { anyOf: [{ kind: "daylight", ...part }], label, words: [single], wordsCount, softGroup: "word" };
}

function clockHour(text = "0", half = ""): number {
  const hour = Number(text) % 24;
  if (half === "pm") return (hour % 12) + 12;
  return half === "am" ? hour % 12 : hour;
}
