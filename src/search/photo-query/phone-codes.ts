/** What Samsung's phones write for a model, without the letter of the country: "SM-S918B" is a Galaxy S23 Ultra. */
const samsung: Readonly<Record<string, readonly string[]>> = {
  s7: ["g930", "g935"],
  s8: ["g950", "g955"],
  s9: ["g960", "g965"],
  s10: ["g970", "g973", "g975", "g977"],
  s20: ["g980", "g981", "g985", "g986", "g988"],
  "s20 plus": ["g985", "g986"],
  "s20 ultra": ["g988"],
  "s20 fe": ["g780", "g781"],
  s21: ["g991", "g996", "g998"],
  "s21 plus": ["g996"],
  "s21 ultra": ["g998"],
  "s21 fe": ["g990"],
  s22: ["s901", "s906", "s908"],
  "s22 plus": ["s906"],
  "s22 ultra": ["s908"],
  s23: ["s911", "s916", "s918"],
  "s23 plus": ["s916"],
  "s23 ultra": ["s918"],
  "s23 fe": ["s711"],
  s24: ["s921", "s926", "s928"],
  "s24 plus": ["s926"],
  "s24 ultra": ["s928"],
  "s24 fe": ["s721"],
  s25: ["s931", "s936", "s938"],
  "s25 plus": ["s936"],
  "s25 ultra": ["s938"],
};
/** Of these series the model's number is the code's: "SM-A546B" is a Galaxy A54. */
const numbered = /^([am])(\d\d)$/;

/**
 * Names of a Samsung phone as its photos have them, in lower case: "s23" is any of its sizes. Null for a model whose code is not known.
 * The codes are those that the phones write; none is a guess for a phone that is not in the table.
 */
export function samsungNames(model: string): readonly string[] | null {
  const name = model.replace(/^galaxy /, "");
  const codes = samsung[name];
  if (codes !== undefined) return [name, ...codes.map((code) => `sm-${code}`)];
  const [, series, number] = numbered.exec(name) ?? [];
  if (series === undefined || number === undefined) return null;
  return [name, ...["0", "5", "6", "7", "8"].map((kind) => `sm-${series}${number}${kind}`)];
}
