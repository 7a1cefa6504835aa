// Bundles the CLI into dist/: `main.cjs` (arguments, help: what every call pays for) and ES modules, loaded when a command
// needs them. Data files are copied beside the modules that read them. Needs nothing outside the repository.

import { createHash } from "node:crypto";
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

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

const modules = await build({
  ...common,
  entryPoints: { commands: "src/cli/commands.ts", daemon: "src/sandbox/daemon.ts", tool: "src/sandbox/tools/main.ts" },
  format: "esm",
  splitting: true,
  minifySyntax: true,
  outdir: "dist",
  outExtension: { ".js": ".mjs" },
  // Bundled CommonJS packages call `require` for Node's own modules; an ES module has none.
  plugins: [
    {
      name: "rooms",
      setup: (b) =>
        b.onLoad({ filter: /\/src\/.*\.ts$/ }, (file) => ({ contents: pastIndexes(file.path), loader: "ts" })),
    },
  ],
  banner: {
    js: 'import{createRequire as __createRequire}from"node:module";const require=__createRequire(import.meta.url);',
  },
});
const main = await build({
  ...common,
  entryPoints: ["src/cli/main.ts"],
  format: "cjs",
  minify: true,
  outfile: "dist/main.cjs",
  plugins: [
    {
      name: "lazy",
      setup: (b) => b.onResolve({ filter: /^\.\/commands\.ts$/ }, () => ({ path: "./commands.mjs", external: true })),
    },
  ],
});
for (const data of ["src/sandbox/kinds/generated", "src/shell/bash"]) {
  if (existsSync(path.join(root, data)))
    cpSync(path.join(root, data), path.join(dist, path.basename(data)), { recursive: true });
}
writeFileSync(path.join(dist, "THIRD-PARTY-LICENSES.txt"), licences([modules, main]));

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
      const file = readdirSync(path.join(root, dir)).find((name) => /^(licen[cs]e|copying)/i.test(name));
      const text = file ? readFileSync(path.join(root, dir, file), "utf8").trim() : `Licence: ${about.license}`;
      return `${about.name} ${about.version}\n\n${text}\n`;
    })
    .join(`\n${"-".repeat(80)}\n\n`);
}
