import { defineConfig } from "vitest/config";

export default defineConfig({
  // npm test asks for it where the directory has a name that vitest refuses: see scripts/lib/plain-path.mjs.
  resolve: { preserveSymlinks: process.execArgv.includes("--preserve-symlinks") },
  test: {
    include: ["src/**/*.test.ts", "test/**/*.test.ts", "bench/**/*.test.ts", "model/**/*.test.ts"],
    exclude: ["test/slow/**", "node_modules/**"],
    testTimeout: 120_000,
    hookTimeout: 120_000,
    maxWorkers: 2,
  },
});
