import { builtinModules } from "node:module";
import { fileURLToPath } from "node:url";

const lazyZod = fileURLToPath(new URL("lazy-zod.mjs", import.meta.url));

/** esbuild plugins for a program whose start somebody waits for. Each leaves behaviour as it is and saves work at start. */
export const quickStart = [builtinsWithoutFacades(), zodInEnglish(), sdkWithoutAjv(), sdkWithDeferredSchemas()];

/**
 * Importing a built-in module as an ES module reads all of its exports, and reading some loads what is behind them: `node:http` loads
 * undici (25 ms), `node:fs` its streams. Taken as a whole, a module loads only itself.
 */
function builtinsWithoutFacades() {
  const names = new Set(builtinModules);
  return {
    name: "builtins-without-facades",
    setup(build) {
      build.onResolve({ filter: /^[a-z]/ }, ({ path, pluginData }) => {
        if (!path.startsWith("node:") && !names.has(path)) return null;
        return { path: path.startsWith("node:") ? path : `node:${path}`, namespace: "builtin", pluginData };
      });
      build.onLoad({ filter: /.*/, namespace: "builtin" }, ({ path }) => ({
        contents: `module.exports = process.getBuiltinModule(${JSON.stringify(path)});`,
        loader: "js",
      }));
    },
  };
}

/** `import { z } from "zod"` brings messages in all languages (300 kB); the program speaks English. */
function zodInEnglish() {
  return {
    name: "zod-in-english",
    setup(build) {
      build.onLoad({ filter: /[\\/]zod[\\/]v4[\\/]locales[\\/]index\.js$/ }, () => ({
        contents: 'export { default as en } from "./en.js";',
        loader: "js",
      }));
    },
  };
}

/** The SDK brings a JSON Schema validator (216 kB) for elicitation and output schemas, which no tool uses: input is checked with zod. */
function sdkWithoutAjv() {
  return {
    name: "sdk-without-ajv",
    setup(build) {
      build.onResolve({ filter: /^@modelcontextprotocol\/server\/_shims$/ }, () => ({ path: "shims", namespace: "sdk" }));
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
