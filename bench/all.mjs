// Every row of the budget, one script after another: `npm run bench`. Ends with 0 unless a row could not be measured;
// with `--strict` an unmet row ends it with 1 too.
import { spawnSync } from "node:child_process";
import path from "node:path";
import { node } from "./measure.mjs";

const SCRIPTS = ["startup", "steps", "memory", "parse", "peers", "sandbox", "mesh-config", "mesh", "proxy", "class"];
const UNMET = 3;

const isStrict = process.argv.includes("--strict");
const named = process.argv.slice(2).filter((arg) => !arg.startsWith("--"));
const unknown = named.filter((name) => !SCRIPTS.includes(name));
if (unknown.length > 0) {
  console.error(`bench: found ${unknown.join(", ")}, expected ${SCRIPTS.join(", ")}`);
  process.exit(2);
}
for (const script of named.length > 0 ? named : SCRIPTS) {
  console.log(`\n${script}`);
  const { status } = spawnSync(node, [path.join(import.meta.dirname, `${script}.mjs`)], { stdio: "inherit" });
  if (status === UNMET && !isStrict) continue;
  if (status !== 0) process.exitCode = 1;
}
