import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    globalSetup: ["test/support/global-setup.ts"],
    setupFiles: ["test/support/fast-check.ts"],
    // Safety nets only: no test waits for one.
    testTimeout: 120_000,
    hookTimeout: 120_000,
    // Real bash, kubectl and daemons: files run side by side, but no more of them than a small machine can carry.
    maxWorkers: 4,
    pool: "forks",
  },
});
