// Every row of the budget, one script after another: `npm run bench`.
import { spawnSync } from "node:child_process";
import path from "node:path";

for (const script of ["startup.mjs", "steps.mjs", "sandbox.mjs"]) {
  console.log(`\n${script}`);
  spawnSync(process.execPath, [path.join(import.meta.dirname, script)], { stdio: "inherit" });
}
