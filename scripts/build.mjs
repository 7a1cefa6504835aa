// Bundles the CLI into dist/: `main.cjs` (arguments, help: what every call pays for) and files that are loaded when a command
// needs them. Data files are copied beside the modules that read them. Needs nothing outside the repository.

import { createHash } from "node:crypto";
import { copyFileSync, cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { build, transform } from "esbuild";
import { keepCompiled } from "./keep-compiled.mjs";

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "..");
const dist = path.join(root, "dist");
rmSync(dist, { recursive: true, force: true });
mkdirSync(dist);

const { version } = JSON.parse(readFileSync(path.join(root, "package.json"), "utf8"));
const define = { __VERSION__: JSON.stringify(version), __BUILD__: JSON.stringify(buildHash()) };
const common = {
  absWorkingDir: root,
  bundle: true,
  platform: "node",
  target: "node20.19",
  metafile: true,
  logLevel: "warning",
  define,
};

/** Our imports of a room's index, sent on to the files that it names. */
const rooms = {
  name: "rooms",
  setup: (b) => b.onLoad({ filter: /\/src\/.*\.ts$/ }, (file) => ({ contents: pastIndexes(file.path), loader: "ts" })),
};
/** The sandbox's own programs, which no command loads. Only bundles of ES modules share their parts. */
const PROGRAMS = { daemon: "src/sandbox/daemon.ts", tool: "src/sandbox/tools/main.ts" };
const modules = await build({
  ...common,
  entryPoints: Object.fromEntries(Object.entries(PROGRAMS).map(([name, source]) => [`${name}.main`, source])),
  format: "esm",
  splitting: true,
  minifySyntax: true,
  outdir: "dist",
  plugins: [rooms],
  write: false,
});
await Promise.all(modules.outputFiles.map(asCommonJs));
for (const name of Object.keys(PROGRAMS))
  copyFileSync(path.join(root, "src/sandbox/start.cjs"), path.join(dist, `${name}.cjs`));
/**
 * The CLI. One CommonJS file starts faster than the same code in ES modules, and what a command does not reach is not run:
 * a dynamic import becomes a call. What is big and rarely needed stands in a file of its own, loaded when it is reached.
 * Only plain data and functions may cross from one file to another: each has its own copy of a class.
 */
const APART = {
  "commands.cjs": "src/cli/commands.ts",
  "lesson.cjs": "src/lesson/index.ts",
  "markdown.cjs": "src/cli/screen/markdown.ts",
  "execa.cjs": "execa",
  "fflate.cjs": "fflate",
  "inquirer.cjs": "inquirer",
  "postgres.cjs": "pg",
  "sqlite.cjs": "node-sqlite3-wasm",
  "string-width.cjs": "string-width",
  "wrap-ansi.cjs": "wrap-ansi",
  "yaml.cjs": "yaml",
};
/** Functions of packages that stand apart, or of Node where that is big: the package is loaded when one of them is called, not when it is imported. */
const ON_CALL = {
  execa: ["execa"],
  fflate: ["unzipSync"],
  "node:crypto": ["createHash", "randomBytes", "randomFillSync", "randomUUID", "timingSafeEqual"],
  "string-width": ["default"],
  "wrap-ansi": ["default"],
  yaml: ["isAlias", "isMap", "isScalar", "isSeq", "parse", "parseAllDocuments", "parseDocument", "stringify"],
};
const cli = await Promise.all(
  Object.entries({ "main.cjs": "src/cli/main.ts", ...APART }).map(([outfile, entry]) =>
    build({
      ...common,
      entryPoints: [entry],
      format: "cjs",
      minify: true,
      outfile: `dist/${outfile}`,
      plugins: [apart(entry), rooms],
      define: { ...define, "import.meta.url": "__url", "import.meta.dirname": "__dirname" },
      // `import()` would start the loader of ES modules.
      supported: { "dynamic-import": false },
      ...(outfile === "commands.cjs" && {
        banner: { js: 'const __url=require("node:url").pathToFileURL(__filename).href;' },
      }),
    }),
  ),
);
for (const file of Object.keys({ "main.cjs": "", ...APART })) asAscii(path.join(dist, file));
for (const data of [
  "src/sandbox/kinds/generated",
  "src/sandbox/istio/generated",
  "src/sandbox/istio/samples",
  "src/shell/bash",
  "src/workshop/page/web",
]) {
  if (existsSync(path.join(root, data)))
    cpSync(path.join(root, data), path.join(dist, path.basename(data)), { recursive: true });
}
// The package looks for it beside itself.
copyFileSync(
  path.join(root, "node_modules/node-sqlite3-wasm/dist/node-sqlite3-wasm.wasm"),
  path.join(dist, "node-sqlite3-wasm.wasm"),
);
writeFileSync(path.join(dist, "THIRD-PARTY-LICENSES.txt"), licences([modules, ...cli]));
await keepCompiled(root);

/**
 * A bundle in ASCII is read as it lies on the disk, and kept in half the memory. What esbuild has not escaped stands in
 * regular expressions and names, where an escape means the same; a pair of surrogates is one character under `u` and `v`.
 */
function asAscii(file) {
  const text = readFileSync(file, "utf8");
  writeFileSync(
    file,
    text.replace(/[^\x00-\x7f]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`),
  );
}

/** V8 keeps the compiled form of scripts, not of ES modules: so the parts become CommonJS, and load each other when they need to. */
async function asCommonJs({ path: file, text }) {
  const { code } = await transform(text, {
    format: "cjs",
    platform: "node",
    target: common.target,
    define: { "import.meta.url": "__url" },
    banner: 'const __url=require("node:url").pathToFileURL(__filename).href;',
    supported: { "dynamic-import": false },
  });
  const name = file.replace(/\.js$/, ".cjs");
  writeFileSync(name, code.replace(/require\("(\.\/[^"]+)\.js"\)/g, 'require("$1.cjs")'));
  asAscii(name);
}

/** Leaves out of a bundle what stands in a file of its own. */
function apart(entry) {
  const files = new Map(Object.entries(APART).map(([file, source]) => [sourceOf(source), file]));
  return {
    name: "apart",
    setup: (b) => {
      b.onResolve({ filter: /./, namespace: "file" }, ({ path: name, resolveDir, kind }) => {
        if (kind === "entry-point") return undefined;
        if (name === "node:crypto") return { path: name, namespace: "on-call", pluginData: name };
        const source = name.startsWith(".") ? path.resolve(resolveDir, name) : name;
        const file = source === sourceOf(entry) ? undefined : files.get(source);
        if (file === undefined) return undefined;
        if (name in ON_CALL) return { path: name, namespace: "on-call", pluginData: `./${file}` };
        return { path: `./${file}`, external: true };
      });
      b.onResolve({ filter: /^(\.\/|node:)/, namespace: "on-call" }, ({ path: name }) => ({
        path: name,
        external: true,
      }));
      b.onLoad({ filter: /./, namespace: "on-call" }, ({ path: name, pluginData: file }) => ({
        contents: [
          `const load = () => require("${file}");`,
          ...ON_CALL[name].map((one) =>
            one === "default"
              ? "export default (...given) => load().default(...given);"
              : `export const ${one} = (...given) => load().${one}(...given);`,
          ),
        ].join("\n"),
      }));
      // commander could start programs of its own; ours has none, and Node's module for it is slow to load.
      b.onResolve({ filter: /^node:child_process$/ }, ({ importer }) =>
        importer.includes("/node_modules/commander/") ? { path: "nothing", namespace: "nothing" } : undefined,
      );
      // Ours says by itself whether there is colour; chalk's look at the terminal loads Node's network for it.
      b.onResolve({ filter: /^#supports-color$/ }, () => ({ path: "no-colour", namespace: "no-colour" }));
      b.onLoad({ filter: /./, namespace: "no-colour" }, () => ({ contents: "export default { stdout: false };" }));
      b.onLoad({ filter: /./, namespace: "nothing" }, () => ({ contents: "module.exports = {};" }));
    },
  };
}

function sourceOf(entry) {
  return entry.endsWith(".ts") ? path.join(root, entry) : entry;
}

/**
 * A source file whose imports of a room's index go straight to the files that the index names. The bundler splits by what
 * a file reaches, used or not: through an index `list` would load the Markdown parser, too.
 */
function pastIndexes(file) {
  return readFileSync(file, "utf8").replace(/^import \{([^}]*)\} from "(\.[^"]*\/)index\.ts";/gm, (_, names, room) => {
    const homes = homesIn(path.resolve(path.dirname(file), room));
    return names
      .split(",")
      .map((name) => name.trim())
      .filter((name) => name !== "" && !name.startsWith("type "))
      .map((name) => `import { ${name} } from "${room}${homes.get(name.split(" as ")[0]) ?? "index.ts"}";`)
      .join(" ");
  });
}

/** What a room's index exports by name → the file that it comes from. */
function homesIn(room) {
  const index = readFileSync(path.join(room, "index.ts"), "utf8");
  return new Map(
    [...index.matchAll(/^export \{([^}]*)\} from "\.\/([^"]+)";/gm)].flatMap(([, names, home]) =>
      names
        .split(",")
        .map((name) => name.trim())
        .filter((name) => /^\w+$/.test(name))
        .map((name) => [name, home]),
    ),
  );
}

/** A hash of all sources: a sandbox of another build is restarted, so any change of the code must change it. */
function buildHash() {
  const hash = createHash("sha256");
  for (const file of readdirSync(path.join(root, "src"), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name))
    .sort()) {
    hash.update(path.relative(root, file)).update(readFileSync(file));
  }
  return hash
    .update(readFileSync(path.join(root, "package-lock.json")))
    .digest("hex")
    .slice(0, 16);
}

/** The licence texts of every package that went into the bundles. */
function licences(results) {
  const packages = new Set();
  for (const file of results.flatMap((result) => Object.keys(result.metafile.inputs))) {
    const found = /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(file);
    if (found) packages.add(found[1]);
  }
  return [...packages]
    .sort()
    .map((dir) => {
      const about = JSON.parse(readFileSync(path.join(root, dir, "package.json"), "utf8"));
      return `${about.name} ${about.version}\n\n${licenceOf(path.join(root, dir), about)}\n`;
    })
    .join(`\n${"-".repeat(80)}\n\n`);
}

/** A package's licence, as it came with it. Without a file of its own it stands in the readme, which names MIT's text only. */
function licenceOf(dir, about) {
  const text = (pattern) => {
    const file = readdirSync(dir).find((name) => pattern.test(name));
    return file && readFileSync(path.join(dir, file), "utf8");
  };
  const whole = text(/^(licen[cs]e|copying)/i);
  if (whole !== undefined) return whole.trim();
  const section = text(/^readme/i)
    ?.split(/^#* *licen[cs]e\n(?:[=-]+\n)?/im)[1]
    ?.split(/^#/m)[0]
    ?.trim();
  const name = about.license ?? about.licenses?.[0]?.type;
  if (!section || name !== "MIT") throw new Error(`${about.name}: no licence text found`);
  const mit = readFileSync(path.join(root, "node_modules/ws/LICENSE"), "utf8");
  return `${section}\n\n${mit.slice(mit.indexOf("Permission is hereby granted")).trim()}`;
}
