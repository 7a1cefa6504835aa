// Turns Istio's CustomResourceDefinitions into the tables under src/sandbox/istio/generated/, which are committed.
//
//   node scripts/generate-istio.mjs <data-dir>
//
// <data-dir> holds istio-crds-MINOR.json: a list of definitions, their schemas without descriptions. Each output has one
// definition a line, so that a new version of Istio shows as a readable diff.

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
  const definitions = JSON.parse(readFileSync(path.join(data, file), "utf8"));
  const lines = definitions.map((one) => JSON.stringify(one));
  writeFileSync(path.join(target, file), `[\n${lines.join(",\n")}\n]\n`);
}
