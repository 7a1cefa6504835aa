// Start-up of the CLI against bare Node.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { benchEnv, cli, header, paired, row, time } from "./measure.mjs";

const dir = mkdtempSync(path.join(os.tmpdir(), "bench-"));
const env = benchEnv({ XDG_STATE_HOME: path.join(dir, "state"), XDG_CACHE_HOME: path.join(dir, "cache") });
const lesson = path.join(dir, "one.md");
writeFileSync(lesson, "# One\n\n```bash\necho one\n```\n\n```output\none\n```\n");
try {
  const node = process.execPath;
  const ms = await paired(
    {
      bare: () => time(node, ["-e", "0"], { env }),
      version: () => time(node, [cli, "--version"], { env }),
      help: () => time(node, [cli, "--help"], { env }),
      list: () => time(node, [cli, "list"], { env }),
      status: () => time(node, [cli, "status"], { env }),
      one: () => time(node, [cli, "test", "--target", "none", lesson], { env }),
    },
    Number(process.argv[2] ?? 21),
  );
  const note = `bare node ${ms.bare.toFixed(0)} ms`;
  header();
  row("`--version`", ms.version / ms.bare, 1.5, "× bare node", note);
  row("`--help`", ms.help / ms.bare, 1.5, "× bare node", note);
  row("`list`", ms.list / ms.bare, 2, "× bare node", note);
  row("`status`", ms.status / ms.bare, 2, "× bare node", note);
  row("`test` of a one-step lesson", ms.one / ms.bare, 2.5, "× bare node", note);
} finally {
  rmSync(dir, { recursive: true, force: true });
}
