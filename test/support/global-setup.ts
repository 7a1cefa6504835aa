import { execFileSync, spawnSync } from "node:child_process";
import path from "node:path";
import { findKubectl } from "./kubectl.ts";

const root = path.resolve(import.meta.dirname, "../..");

/** Before all tests: build what they run, and see to it that there is a kubectl, as a user would. */
export default function setup(): void {
  execFileSync(process.execPath, [path.join(root, "scripts/build.mjs")], { cwd: root, stdio: "inherit" });
  const doctor = spawnSync(process.execPath, [path.join(root, "src/cli/bin.cjs"), "doctor", "--fix", "--yes"], {
    cwd: root,
    encoding: "utf8",
  });
  if (doctor.status !== 0) {
    throw new Error(
      `the tests need what the lessons need, and \`learn-istio doctor --fix\` could not bring it:\n${doctor.stdout}${doctor.stderr}`,
    );
  }
  // A fetched kubectl is in no PATH yet; last, so that it never wins over one that is. The workers inherit this.
  process.env.PATH = `${process.env.PATH ?? ""}${path.delimiter}${path.dirname(findKubectl())}`;
}
