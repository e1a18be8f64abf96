/**
 * How surely a question is about photos: "sure" when it asks for several or says how they were taken, "maybe" when it only has a word
 * that programs handle, too (image, picture, screenshot), "no" otherwise.
 */
export type PhotoTalk = "sure" | "maybe" | "no";

const several = /\b(?:photos|photographs|pictures|pics|selfies|snapshots|fotos|panoramas|bursts)\b/;
const made =
  /\b(?:photos?|photographs?|pictures?|pics?|images?|shots?|selfies?|screenshots?|ones|raws?) (?:that )?(?:(?:i|we|was|were|is|are|have|got) )*(?:taken|took|shot|made|captured)\b|\b(?:taken|shot|photographed) (?:with|on|using) (?:(?:my|a|an|the|our) )*(?:canon|nikon|sony|fuji|leica|iphone|pixel|galaxy|gopro|dji|olympus|pentax|lumix|panasonic|phone|camera|flash)/;
const some =
  /\b(?:photo|photograph|picture|pic|image|images|shot|shots|snapshot|screenshots?|screen ?shots?|selfie|panorama|raws|camera|photography|foto|taken)\b/;
/** Names as programs have them. "iPhone" and "f/1.8" are none. */
const symbols =
  /\b(?!i[A-Z])\w*[a-z][A-Z]|\w_\w|\w\(\)|::|=>|->|[{}]|<\/?[a-z]|\.(?:tsx?|jsx?|py|go|rs|java|cs|cpp|h|css|html?|json|ya?ml|md)\b/;
/** What people who write programs talk of. With these words, photos are not surely meant. */
const words = [
  "function|class|component|method|code|test|tests|bug|bugs|error|errors|exception|api|module|endpoint|service|server",
  "database|query|bucket|button|widget|layout|settings|options?|parameters?|docker|container|kernel|build|script|plugin|library",
  "upload(?:s|ed|er|ing)?|pars(?:e|es|ed|er|ing)|render(?:s|ed|er|ing)?|handl(?:e|es|ed|er|ing)|import(?:s|ed|er|ing)?",
  "implement(?:s|ed|ation|ing)?|how(?! many)|why|fix(?:es|ed|ing)?|convert(?:s|ed|er|ing)?|conversion|resiz(?:e|es|ed|er|ing)",
  "(?:en|de)cod(?:e|es|ed|er|ers|ing)|(?:de)?compress(?:es|ed|ing|ion|or)?|crop(?:s|ped|per|ping)?|(?:un|pre)?load(?:s|ed|er|ing)?",
  "rotat(?:e|es|ed|ing|ion)|cach(?:e|es|ed|ing)|delet(?:e|es|ed|ing|ion)|remov(?:e|es|ed|ing|al)|filter(?:s|ed|ing)?",
  "sort(?:s|ed|ing)?(?! by )|stor(?:e|es|ed|ing|age)|thumbnails?|optimi[sz](?:e|es|ed|er|ing|ation)|generat(?:e|es|ed|or|ing)",
  "sync(?:s|ed|ing)?|deploy(?:s|ed|ing|ment)?",
];
const programming = new RegExp(`\\b(?:${words.join("|")})\\b`, "i");

/** Of a question in plain letters (see `beginReading`), and of what its conditions leave of it, as it was written. */
export function photoTalkOf({ text, left }: { readonly text: string; readonly left: string }): PhotoTalk {
  const isOfPhotos = several.test(text) || made.test(text);
  if (isOfPhotos && !isOfPrograms(left)) return "sure";
  return isOfPhotos || some.test(text) ? "maybe" : "no";
}

/** Whether what conditions leave of a question, as it was written, is said of programs. */
export function isOfPrograms(left: string): boolean {
  return symbols.test(left) || programming.test(left);
}
