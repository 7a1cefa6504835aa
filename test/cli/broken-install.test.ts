import { execFile } from "node:child_process";
import { cpSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect, onTestFinished, test } from "vitest";

const root = path.resolve(import.meta.dirname, "../..");

test("an installation that lost the file which its bash begins with says so; no bash goes on without it", async () => {
  const folder = mkdtempSync(path.join(tmpdir(), "broken-install-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  for (const part of ["dist", "src/cli/bin.cjs", "package.json"])
    cpSync(path.join(root, part), path.join(folder, part), { recursive: true });
  rmSync(path.join(folder, "dist/bash/bootstrap.sh"));
  writeFileSync(path.join(folder, "page.md"), "```bash\necho hi\n```\n");
  const env = { PATH: process.env.PATH, HOME: folder, XDG_STATE_HOME: path.join(folder, "state") };
  const ran = await new Promise((resolve) => {
    const args = ["src/cli/bin.cjs", "test", "page.md"];
    const child = execFile(process.execPath, args, { cwd: folder, env }, (_error, _stdout, stderr) =>
      resolve({ code: child.exitCode, stderr }),
    );
  });
  expect(ran).toMatchObject({ code: 4, stderr: expect.stringContaining("bash ended with status `75`") });
});
