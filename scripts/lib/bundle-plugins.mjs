import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { builtinModules } from "node:module";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { findNode } from "../../bin/runtime.mjs";

const lazyZod = fileURLToPath(new URL("lazy-zod.mjs", import.meta.url));

/** What the plugins must know of the program at `root`; asked once for all bundles, and only when one needs it. */
export function programFacts(root) {
  return once(() => evaluate(root));
}

/** esbuild plugins for every program. Each leaves behaviour as it is and saves size, and work at start. */
export function programPlugins(built) {
  return [builtinsWithoutFacades(built), zodInParts()];
}

/** The same for a session, whose start an agent waits for, and of which there are many. */
export function sessionPlugins(built) {
  return [
    builtinsWithoutFacades(built),
    toolListOfBuild(built), // Before zodInParts, which would take the file too.
    zodInParts(),
    sdkWithoutAjv(),
    sdkWithDeferredSchemas(),
  ];
}

/**
 * Importing a built-in module as an ES module reads all of its exports, and reading some loads what is behind them: `node:http` loads
 * undici (25 ms), `node:util` worker threads. Here only the exports that the program names are read.
 */
function builtinsWithoutFacades(built) {
  const names = new Set(builtinModules);
  return {
    name: "builtins-without-facades",
    setup(build) {
      build.onResolve({ filter: /^[a-z]/ }, ({ path, kind }) => {
        const name = path.startsWith("node:") ? path : `node:${path}`;
        if (name !== path && !names.has(path)) return null;
        return { path: name, namespace: kind === "require-call" ? "builtin-required" : "builtin" };
      });
      build.onLoad({ filter: /.*/, namespace: "builtin-required" }, ({ path }) => ({
        contents: `module.exports = ${builtin(path)};`,
      }));
      build.onLoad({ filter: /.*/, namespace: "builtin" }, async ({ path }) => {
        // A call marked pure is left out of the bundle when nothing uses its value.
        const reads = (await built()).builtins[path].map(
          (name) => `export const ${name} = /* @__PURE__ */ (() => whole.${name})();`,
        );
        return { contents: [`const whole = ${builtin(path)};`, "export default whole;", ...reads].join("\n") };
      });
    },
  };
}

const builtin = (path) => `process.getBuiltinModule(${JSON.stringify(path)})`;

/** `import { z } from "zod"` brings all of zod and its messages in all languages (300 kB); as a namespace only what is used. */
function zodInParts() {
  return {
    name: "zod-in-parts",
    setup(build) {
      build.onLoad({ filter: /[\\/]src[\\/].*\.ts$/ }, async ({ path }) => {
        const text = await readFile(path, "utf8");
        return { contents: text.replace(/^import \{ z \} from "zod";/m, 'import * as z from "zod";'), loader: "ts" };
      });
    },
  };
}

/** The SDK brings a JSON Schema validator (216 kB) for elicitation and output schemas, which no tool uses: input is checked with zod. */
function sdkWithoutAjv() {
  return {
    name: "sdk-without-ajv",
    setup(build) {
      build.onResolve({ filter: /^@modelcontextprotocol\/server\/_shims$/ }, () => ({
        path: "shims",
        namespace: "sdk",
      }));
      build.onLoad({ filter: /^shims$/, namespace: "sdk" }, () => ({
        contents: `
          import process from "node:process";
          export { process };
          export class DefaultJsonSchemaValidator {
            getValidator() {
              throw new Error("This bundle has no JSON Schema validator; see scripts/lib/bundle-plugins.mjs.");
            }
          }`,
        loader: "js",
      }));
    },
  };
}

/** Most of the SDK's load time goes into schemas that a session never uses; see lazy-zod.mjs. */
function sdkWithDeferredSchemas() {
  return {
    name: "sdk-with-deferred-schemas",
    setup(build) {
      build.onResolve({ filter: /^zod\/v4$/ }, ({ importer }) =>
        /[\\/]@modelcontextprotocol[\\/]/.test(importer) ? { path: lazyZod } : null,
      );
    },
  };
}

/** `tools/list` is asked of every session and answers the same: it is made once, here. */
function toolListOfBuild(built) {
  return {
    name: "tool-list-of-build",
    setup(build) {
      build.onLoad({ filter: /[\\/]src[\\/]session[\\/]tool-list\.ts$/ }, async () => ({
        contents: `export const listTools = async () => (${JSON.stringify((await built()).tools)});`,
      }));
    },
  };
}

/** What the plugins must know of the program, asked of a Node that can run it: this one may be older. */
async function evaluate(root) {
  const code = `
    import { builtinModules } from "node:module";
    import { describeTools } from ${JSON.stringify(pathToFileURL(join(root, "src", "session", "tool-call.ts")).href)};
    const builtins = {};
    for (const name of builtinModules.filter((name) => !name.startsWith("_"))) {
      const path = name.startsWith("node:") ? name : "node:" + name;
      builtins[path] = Object.keys(await import(path)).filter((exported) => exported !== "default");
    }
    process.stdout.write(JSON.stringify({ builtins, tools: describeTools() }));`;
  const node = findNode(root) ?? process.execPath;
  const { stdout } = await promisify(execFile)(node, ["--no-warnings", "--input-type=module", "--eval", code], {
    cwd: root,
    maxBuffer: 1e8,
  });
  return JSON.parse(stdout);
}

function once(make) {
  let result;
  return () => (result ??= make());
}
