/** What a drawing's text shows: without MTEXT's formatting codes and with the characters that codes stand for. */
export function readDxfText(text: string): string {
  return text
    .replace(/\\U\+([\dA-F]{4})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
    .replace(/\\[PpXNn~](?![\w.]*;)/g, " ")
    .replace(/\\S([^;^#/]{0,60})[\^#/]([^;]{0,60});/g, "$1/$2")
    .replace(/\\[ACFHQTWfpcq][^;\\{}]{0,200};/g, "")
    .replace(/\\[LlOoKk]/g, "")
    .replace(/\\([\\{}])/g, "$1")
    .replace(/(?<!\\)[{}]/g, "")
    .replace(/%%d/gi, "\u00B0")
    .replace(/%%p/gi, "\u00B1")
    .replace(/%%c/gi, "\u2300")
    .replace(/%%[uok]/gi, "");
}
