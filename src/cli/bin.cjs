#!/usr/bin/env node
// The committed way in: it works in a checkout where nothing is built yet, and then says what to do.
const { existsSync } = require("node:fs");
const path = require("node:path");

const main = path.join(__dirname, "..", "..", "dist", "main.cjs");
if (existsSync(main)) {
  require(main);
} else {
  process.stderr.write(
    "learn-istio: nothing is built here.\n  hint: run `npm run build` (or `npm ci`), then try again.\n",
  );
  process.exitCode = 4;
}
