// Loaded before the CLI or the sandbox's programs (`node --require`) by `build.mjs`: at the end it writes what V8 has compiled
// of the bundles beside them. A further command adds what it used to what the ones before it did.
const { mkdirSync, renameSync, writeFileSync } = require("node:fs");
const path = require("node:path");

process.once("exit", () => {
  const { compiled, loaded } = require.cache[process.argv[1]].exports;
  mkdirSync(compiled, { recursive: true });
  for (const [name, { script }] of loaded) {
    const file = path.join(compiled, `${name}.bin`);
    writeFileSync(`${file}.new`, script.createCachedData());
    renameSync(`${file}.new`, file);
  }
});
