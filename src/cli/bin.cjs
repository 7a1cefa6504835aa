#!/usr/bin/env node
// The committed way in: it works in a checkout where nothing is built yet, and then says what to do. It loads the bundles
// of `dist/` by itself, because V8 takes their compiled form beside them (made by `scripts/compile.cjs`): compiling them
// anew takes a third of a short command's time. V8 refuses what another version of itself made; then it compiles.
const { readFileSync } = require("node:fs");
const path = require("node:path");
const { Script } = require("node:vm");

const dist = path.join(__dirname, "..", "..", "dist");
const compiled = path.join(dist, "compiled", `${process.versions.v8}-${process.platform}-${process.arch}`);
const loaded = new Map();

/** A bundle's exports; each is run once, as by Node's own `require`. */
function load(name) {
  const known = loaded.get(name);
  if (known !== undefined) return known.exports;
  const filename = path.join(dist, name);
  const source = readFileSync(filename, "latin1");
  const script = new Script(`(function(exports,require,module,__filename,__dirname){${source}\n})`, {
    filename,
    cachedData: readCompiled(name),
  });
  const bundle = { exports: {}, script };
  loaded.set(name, bundle);
  script.runInThisContext()(bundle.exports, requireFrom, bundle, filename, dist);
  return bundle.exports;
}

function requireFrom(name) {
  return name.startsWith("./") ? load(name.slice(2)) : require(name);
}

function readCompiled(name) {
  try {
    return readFileSync(path.join(compiled, `${name}.bin`));
  } catch {
    return undefined;
  }
}

let isBuilt = true;
try {
  load("main.cjs");
} catch (error) {
  if (error.code !== "ENOENT" || loaded.size > 0) throw error;
  isBuilt = false;
}
if (!isBuilt) {
  process.stderr.write(
    "learn-istio: nothing is built here.\n  hint: run `npm run build` (or `npm ci`), then try again.\n",
  );
  process.exitCode = 4;
}

module.exports = { compiled, loaded };
