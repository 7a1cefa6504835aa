import { cpSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { build } from "esbuild";

const root = path.resolve(import.meta.dirname, "../../..");

/** Opens a sandbox, prints what it got as one line of JSON, and waits for its standard input to end. */
const OPENER = `import { openSandbox } from "./index.cjs";
const sandbox = await openSandbox(JSON.parse(process.argv[2]));
console.log(JSON.stringify({ env: sandbox.env, binDir: sandbox.binDir, notices: sandbox.notices, ...(await sandbox.status()) }));
process.stdin.resume();
process.stdin.on("end", () => process.exit(0));
`;

/** Bundle the background process, its tools and its client as a release does, with a build hash of the test's choice. */
export async function bundle(hash: string): Promise<string> {
  const outdir = mkdtempSync(path.join(tmpdir(), "sandbox-build-"));
  await build({
    absWorkingDir: root,
    bundle: true,
    platform: "node",
    target: "node20.19",
    format: "cjs",
    logLevel: "warning",
    define: { __BUILD__: JSON.stringify(hash), "import.meta.url": "__url" },
    entryPoints: { daemon: "src/sandbox/daemon.ts", tool: "src/sandbox/tools/main.ts", index: "src/sandbox/index.ts" },
    outdir,
    outExtension: { ".js": ".cjs" },
    banner: { js: 'const __url=require("node:url").pathToFileURL(__filename).href;' },
  });
  for (const room of ["kinds", "istio"])
    cpSync(path.join(root, "src/sandbox", room, "generated"), path.join(outdir, "generated"), { recursive: true });
  cpSync(path.join(root, "src/sandbox/istio/samples"), path.join(outdir, "samples"), { recursive: true });
  writeFileSync(path.join(outdir, "open.mjs"), OPENER);
  return outdir;
}
