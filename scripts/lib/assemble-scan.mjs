import { readFile } from "node:fs/promises";

/** Text of the module that holds the program of a WebAssembly text file, some hundred bytes, in base64. */
export async function assembleScan(file) {
  const { default: start } = await import("wabt");
  const wabt = await start();
  const program = wabt.parseWat("scan.wat", await readFile(file));
  try {
    program.validate();
    const base64 = Buffer.from(program.toBinary({}).buffer).toString("base64");
    const lines = base64.match(/.{1,110}/g).map((line) => `  "${line}",\n`);
    return [
      "/** scan.wat as `npm run assemble` assembled it; base64. */\n",
      `export const scanProgram = [\n${lines.join("")}].join("");\n`,
    ].join("");
  } finally {
    program.destroy();
  }
}
