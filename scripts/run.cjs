// `node scripts/run.cjs NAME [ARGUMENT...]` runs scripts/NAME.mjs. CommonJS, because Node loads no ES module below a directory that has
// a backslash in its name, and says so in words that help nobody.
const path = require("node:path");

const root = path.dirname(__dirname);
const name = process.argv[2];
if (path.sep === "/" && root.includes("\\")) {
  process.stderr.write(
    `${root} has a backslash (\\) in its name, and Node loads no ES modules from such a directory. ` +
      "Rename the directory, then run the same command again.\n",
  );
  if (name === "test") console.log("0 passed, 1 failed");
  process.exitCode = 1;
} else {
  // The script finds its arguments where it would, had it been started itself.
  process.argv.splice(1, 2, path.join(__dirname, `${name}.mjs`));
  void import(`./${name}.mjs`);
}
