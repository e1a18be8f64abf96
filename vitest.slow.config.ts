import { defineConfig } from "vitest/config";

/** What needs a real agent, the registry or minutes: part of `npm run test:all` only. */
export default defineConfig({
  test: {
    include: ["test/slow/**/*.test.ts"],
    testTimeout: 600_000,
    hookTimeout: 600_000,
    maxWorkers: 1,
    fileParallelism: false,
  },
});
