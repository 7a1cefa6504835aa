import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    globalSetup: ["test/support/global-setup.ts"],
    setupFiles: ["test/support/fast-check.ts"],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // Real bash, kubectl and daemons: files run side by side, but no more of them than a small machine can carry.
    maxWorkers: 4,
    pool: "forks",
  },
});
