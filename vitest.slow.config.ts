import { defineConfig } from "vitest/config";

/** What needs a real agent, the registry or minutes: part of `npm run test:all` only. */
export default defineConfig({
  // npm test asks for it where the directory has a name that vitest refuses: see scripts/lib/plain-path.mjs.
  resolve: { preserveSymlinks: process.execArgv.includes("--preserve-symlinks") },
  test: {
    include: ["test/slow/**/*.test.ts"],
    testTimeout: 600_000,
    hookTimeout: 600_000,
    maxWorkers: 1,
    fileParallelism: false,
  },
});
