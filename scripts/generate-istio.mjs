// Turns the CustomResourceDefinitions of Istio and of the Gateway API into the tables under src/sandbox/istio/generated/, which are committed.
//
//   node scripts/generate-istio.mjs <data-dir>
//
// <data-dir> holds istio-crds-MINOR.json, a list of definitions, and gateway-api-crds.json, a list by version (vX.Y.Z); their
// schemas are without descriptions. Each output has one definition a line, so that a new version shows as a readable diff.

import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";

const data = process.argv[2];
if (data === undefined) {
  console.error("usage: node scripts/generate-istio.mjs <data-dir>");
  process.exit(2);
}
const target = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "../src/sandbox/istio/generated");
mkdirSync(target, { recursive: true });

for (const file of readdirSync(data).filter((name) => /^istio-crds-[\d.]+\.json$/.test(name))) {
  write(file, read(file));
}
for (const [version, definitions] of Object.entries(read("gateway-api-crds.json")))
  write(`gateway-api-${version}.json`, definitions);

function read(file) {
  return JSON.parse(readFileSync(path.join(data, file), "utf8"));
}

function write(file, definitions) {
  const lines = definitions.map((one) => JSON.stringify(one));
  writeFileSync(path.join(target, file), `[\n${lines.join(",\n")}\n]\n`);
}
