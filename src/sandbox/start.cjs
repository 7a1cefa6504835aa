// How `dist/daemon.cjs` and `dist/tool.cjs` begin; the build copies it there under both names. As the CLI's `bin.cjs` it
// loads the bundles with what V8 has kept of them: to compile them anew takes half of a sandbox's start.
const { openSync, readdirSync, readFileSync } = require("node:fs");
const path = require("node:path");
const { Script } = require("node:vm");

const compiled = path.join(__dirname, "compiled", `${process.versions.v8}-${process.platform}-${process.arch}`);
const loaded = new Map();
/** Parts that are to be loaded later, open: they can be read when what lies in the folder was replaced. */
const held = new Map();
/** How the build names the parts that bundles share. */
const PART = /-[A-Z0-9]{8}\.cjs$/;

/** A bundle's exports; each is run once, as by Node's own `require`. */
function load(name) {
  const known = loaded.get(name);
  if (known !== undefined) return known.exports;
  const filename = path.join(__dirname, name);
  const source = readFileSync(held.get(name) ?? filename, "latin1");
  const script = new Script(`(function(exports,require,module,__filename,__dirname){${source}\n})`, {
    filename,
    cachedData: readCompiled(name),
  });
  const bundle = { exports: {}, script };
  loaded.set(name, bundle);
  script.runInThisContext()(bundle.exports, requireFrom, bundle, filename, __dirname);
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

module.exports = { compiled, loaded };

/** The background process lives long: a new build, or a new version, must not take away what it has not loaded yet. */
function holdParts() {
  for (const name of readdirSync(__dirname)) {
    if (PART.test(name) && !loaded.has(name)) held.set(name, openSync(path.join(__dirname, name), "r"));
  }
}

load(`${path.basename(__filename, ".cjs")}.main.cjs`);
if (path.basename(__filename) === "daemon.cjs") holdParts();
