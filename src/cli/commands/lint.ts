import { CATALOGUE } from "../../diagnostics/index.ts";
import { renderDiagnostics } from "../../report/index.ts";
import { userFolders } from "../../target/index.ts";
import { plural } from "../../text/index.ts";
import { EXIT } from "../errors.ts";
import { findingsOf, hasErrors, sourceOf } from "../findings.ts";
import type { Io } from "../io.ts";
import type { Options } from "../options.ts";
import { parseFiles } from "../parse-cached.ts";
import { selectFiles } from "../selection.ts";
import { readVariantFiles } from "../test/variants.ts";
import { withRequired } from "../test-course.ts";

/** What is wrong with lessons, without running them. Exit 3 when a finding is an error. */
export async function run(io: Io, options: Options, args: readonly string[]): Promise<number> {
  if (options.codes) return listCodes(io, options);
  const { cache } = userFolders(io.env);
  const files = await parseFiles(selectFiles(io, options, args), cache);
  const all = await withRequired(files, io.cwd, (more) => parseFiles(more, cache));
  const asked = new Set(files.map((file) => file.path));
  // A lesson that was not named counts as far as the named ones cannot run for it.
  const variants = await readVariantFiles(files, io.cwd);
  const found = [...(await findingsOf(all)), ...variants.findings];
  const findings = found.filter((one) => one.severity === "error" || asked.has(one.place.file));
  if (options.json) {
    io.print(`${JSON.stringify({ version: 1, files: files.map((file) => file.path), findings }, null, 2)}\n`);
  } else {
    io.print(
      renderDiagnostics(findings, sourceOf([...all, ...variants.files]), { colour: io.colour, width: io.width }),
    );
    if (findings.length === 0) io.say(`${plural(files.length, "file")}: nothing found\n`);
  }
  return hasErrors(findings) ? EXIT.findings : EXIT.ok;
}

function listCodes(io: Io, options: Options): number {
  if (options.json) io.print(`${JSON.stringify(CATALOGUE, null, 2)}\n`);
  else
    for (const [code, { severity, title }] of Object.entries(CATALOGUE))
      io.print(`${code}  ${severity.padEnd(7)}  ${title}\n`);
  return EXIT.ok;
}
