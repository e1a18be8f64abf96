// Of the upper half: the letters of western languages, and the marks that stand between words.
const letters = /[ÀÁÂÃÄÅÆÇÈÉÊËÌÍÎÏÑÒÓÔÕÖØÙÚÛÜÝÞßàáâãäåæçèéêëìíîïðñòóôõöøùúûüýþÿŠŒŽšœžŸªº]/g;
const marks = /[\u00A0€‚„…‘’“”•–—™¡¢£§©«®°±²³´µ¶·¹»¼½¾¿×]/g;
const upperHalf = /[^\0-\x7F]/g;
const minKnownShare = 0.8;

/**
 * The text of bytes in windows-1252, or null where their upper half does not look like words: that encoding gives nearly
 * every byte a meaning, so that the meaning has to decide.
 */
export function decodeWindows1252(bytes: Buffer): string | null {
  const text = new TextDecoder("windows-1252").decode(bytes);
  const upper = text.match(upperHalf)?.length ?? 0;
  const known = (text.match(letters)?.length ?? 0) + (text.match(marks)?.length ?? 0);
  return known >= upper * minKnownShare ? text : null;
}
