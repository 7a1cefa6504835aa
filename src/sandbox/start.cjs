// How `dist/daemon.cjs` and `dist/tool.cjs` begin; the build copies it there under both names. As the CLI's `bin.cjs` it
// loads the bundles with what V8 has kept of them: to compile them anew takes half of a sandbox's start.
const { readFileSync } = require("node:fs");
const path = require("node:path");
const { Script } = require("node:vm");

const compiled = path.join(__dirname, "compiled", `${process.versions.v8}-${process.platform}-${process.arch}`);
const loaded = new Map();

/** A bundle's exports; each is run once, as by Node's own `require`. */
function load(name) {
  const known = loaded.get(name);
  if (known !== undefined) return known.exports;
  const filename = path.join(__dirname, name);
  const source = readFileSync(filename, "latin1");
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

load(`${path.basename(__filename, ".cjs")}.main.cjs`);
