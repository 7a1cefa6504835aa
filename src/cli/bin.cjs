#!/usr/bin/env node
// The committed way in: it works in a checkout where nothing is built yet, and then says what to do.
const { existsSync } = require("node:fs");
const { homedir } = require("node:os");
const path = require("node:path");

const main = path.join(__dirname, "..", "..", "dist", "main.cjs");
if (existsSync(main)) {
  // Node 22 and later keep compiled code: with our other things, not in a folder that all programs share.
  const cache = process.env.XDG_CACHE_HOME || path.join(homedir(), ".cache");
  require("node:module").enableCompileCache?.(path.join(cache, "learn-istio", "node"));
  require(main);
} else {
  process.stderr.write(
    "learn-istio: nothing is built here.\n  hint: run `npm run build` (or `npm ci`), then try again.\n",
  );
  process.exitCode = 4;
}
