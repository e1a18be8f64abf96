import { TextDecoder } from "node:util";

/** Turns bytes into text by the code page of the font in use, or of the document. */
export interface RtfFonts {
  /** Of the whole document: `\ansicpg`. */
  setCodePage(codePage: number): void;
  /** In the table of fonts: the font that is being described, and its character set. */
  define(font: number, charset: number): void;
  decode(bytes: readonly number[], font: number | null): string;
}

/** By character set, as Windows numbers them. */
const codePages: Readonly<Record<number, number>> = {
  77: 10_000,
  128: 932,
  129: 949,
  134: 936,
  136: 950,
  161: 1_253,
  162: 1_254,
  163: 1_258,
  177: 1_255,
  178: 1_256,
  186: 1_257,
  204: 1_251,
  222: 874,
  238: 1_250,
};

const encodings: Readonly<Record<number, string>> = {
  874: "windows-874",
  932: "shift_jis",
  936: "gbk",
  949: "euc-kr",
  950: "big5",
  866: "ibm866",
  10_000: "macintosh",
  65_001: "utf-8",
};

const maxFonts = 10_000;

export function createRtfFonts(): RtfFonts {
  const fonts = new Map<number, number>();
  const decoders = new Map<string, TextDecoder>();
  let documentCodePage = 1_252;
  return {
    setCodePage: (codePage) => void (documentCodePage = codePage),
    define(font, charset) {
      const codePage = codePages[charset];
      if (codePage !== undefined && fonts.size < maxFonts) fonts.set(font, codePage);
    },
    decode(bytes, font) {
      const codePage = (font === null ? undefined : fonts.get(font)) ?? documentCodePage;
      const encoding =
        encodings[codePage] ?? (codePage >= 1_250 && codePage <= 1_258 ? `windows-${codePage}` : "windows-1252");
      let decoder = decoders.get(encoding);
      if (decoder === undefined) decoders.set(encoding, (decoder = new TextDecoder(encoding)));
      return decoder.decode(Uint8Array.from(bytes));
    },
  };
}
