import { execFileSync } from "node:child_process";
import { chmodSync, symlinkSync } from "node:fs";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { isHelmPinned } from "../../src/target/index.ts";
import { type CliRoom, openCliRoom } from "../support/run-cli.ts";

let room: CliRoom;
beforeEach(() => {
  room = openCliRoom();
});
afterEach(() => room.remove());

test.each([
  ["linux", "x64", true],
  ["linux", "arm64", false],
  ["darwin", "arm64", false],
  ["win32", "x64", false],
])("what is fetched on %s %s holds helm: %s", (platform, arch, held) => {
  expect(isHelmPinned(platform, arch)).toBe(held);
});

describe.runIf(isHelmPinned())("`doctor --fix` where kubectl is there and helm is not", () => {
  /** A PATH of bash, curl, a kubectl, no helm, and an npm that reaches nothing. */
  function doctor(...args: readonly string[]) {
    const bin = path.join(room.folder, "bin");
    const found = execFileSync("sh", ["-c", "command -v bash; command -v curl"], { encoding: "utf8" })
      .trim()
      .split("\n");
    const bash = found[0] ?? "";
    room.write({
      "bin/kubectl": `#!${bash}\necho '{"clientVersion":{"gitVersion":"v1.35.2"}}'\n`,
      "bin/npm": `#!${bash}\necho 'npm error no registry' >&2\nexit 1\n`,
    });
    for (const program of found) symlinkSync(program, path.join(bin, path.basename(program)));
    for (const name of ["kubectl", "npm"]) chmodSync(path.join(bin, name), 0o755);
    return room.run(["doctor", ...args], { env: { PATH: bin } });
  }

  test("tries to bring it, and tells of a failure without failing", async () => {
    const ran = await doctor("--fix");
    expect({ code: ran.code, said: ran.stderr.split("\n").at(-2) }).toEqual({
      code: 0,
      said: expect.stringMatching(/^helm could not be fetched, and most lessons do without: npm could not fetch /),
    });
    expect(ran.stdout).toMatch(/absent +helm .*\n.*Only lessons that use charts need it: `learn-istio doctor/);
  });

  test.each([[["--fix", "--offline"]], [[]]])("fetches nothing with %j", async (args) => {
    const ran = await doctor(...args);
    expect({ code: ran.code, stderr: ran.stderr }).toEqual({ code: 0, stderr: "" });
  });
});
