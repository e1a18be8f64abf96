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
/** Words of people who write programs: with them, only several photos are meant. */
const programming =
  /[a-z][A-Z]|\w_\w|\w\(\)|::|=>|->|[{}]|<\/?[a-z]|\.(?:tsx?|jsx?|py|go|rs|java|cs|cpp|h|css|html?|json|ya?ml|md)\b|\b(?:function|class|component|method|code|test|tests|bug|error|exception|api|upload|uploads|uploader|parse|parser|parsing|render|rendering|renders|handler|handle|import|module|implement|implementation|how|why|fix|convert|resize|encode|decode|endpoint|button|widget|docker|container|kernel|build)\b/;

/** Of a question in plain letters (see `beginReading`), and of what its conditions leave of it, as it was written. */
export function photoTalkOf({ text, left }: { readonly text: string; readonly left: string }): PhotoTalk {
  const isOfPhotos = several.test(text) || made.test(text);
  if (isOfPhotos && !programming.test(left)) return "sure";
  return isOfPhotos || some.test(text) ? "maybe" : "no";
}
