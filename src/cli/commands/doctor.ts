import { EnvironmentError, UsageError } from "../../diagnostics/index.ts";
import {
  type Folders,
  findHelm,
  isHelmPinned,
  mirrorSource,
  officialDownloads,
  type ToolSource,
  userFolders,
} from "../../target/index.ts";
import { type Examined, examineKubectl, examineLive, examineSandbox } from "../doctor/examine.ts";
import { EXIT } from "../errors.ts";
import type { Io } from "../io.ts";
import type { Options } from "../options.ts";
import { indent, wrapText } from "../screen/lines.ts";
import { bringTools } from "../tools.ts";

/** What is on this machine, what is missing, and how to get it. Exit 4 when something required is missing. */
export async function run(io: Io, options: Options): Promise<number> {
  const folders = userFolders(io.env);
  if (options.from !== undefined && !options.fix)
    throw new UsageError("`--from` says where `--fix` fetches from.", "`learn-istio doctor --fix --from URL`.");
  if (options.fix) await fix(io, options, folders);
  const [live, sandbox] = await Promise.all([examineLive(io), examineSandbox(io, folders)]);
  const missing = sandbox.filter((row) => row.state === "missing");
  if (options.report !== undefined) {
    const [{ lookAtMachine }, { giveReport }] = await Promise.all([
      import("../doctor/machine.ts"),
      import("../doctor/report.ts"),
    ]);
    const made = await lookAtMachine(io, folders, [...sandbox, ...live]);
    giveReport(io, options, made);
  } else if (options.json) print(io, { version: 1, examined: [...sandbox, ...live].map(toJson) });
  else {
    const show = (rows: readonly Examined[]) => rows.map((row) => renderRow(row, io.width)).join("");
    io.print(`For the sandbox, the default:\n${show(sandbox)}\nFor \`--target live\` alone:\n${show(live)}\n`);
    io.print(`${conclude("The sandbox", missing)}\n`);
    io.print(`${conclude("Live", [...missing, ...live.filter((row) => row.state === "absent")])}\n`);
  }
  return missing.length === 0 ? EXIT.ok : EXIT.environment;
}

function print(io: Io, value: object): void {
  io.print(`${JSON.stringify(value, null, 2)}\n`);
}

function toJson({ name, state, found, remedy }: Examined): object {
  return { name, state, found, ...(remedy !== undefined && { remedy }) };
}

/** Fetch what is missing. kubectl must come; helm, which comes from the same place, is brought where it can be. */
async function fix(io: Io, options: Options, folders: Folders): Promise<void> {
  const { state } = await examineKubectl(io, folders);
  const source = options.from === undefined ? undefined : mirrorOf(options.from);
  if (state === "missing" && options.offline) {
    throw new EnvironmentError("kubectl is missing, and `--offline` forbids fetching one.", {
      hint: "Install kubectl 1.35, or set `KUBECTL=path`.",
    });
  }
  const lacksHelm = findHelm(io.env, folders.cache) === undefined && isHelmPinned();
  if (state !== "missing" && (!lacksHelm || options.offline)) return;
  try {
    await bringTools(io, options, folders, source);
  } catch (error) {
    if (!(error instanceof EnvironmentError) || (await examineKubectl(io, folders)).state === "missing") throw error;
    io.say(`helm could not be fetched, and most lessons do without: ${error.message}\n`);
  }
}

/** The mirror at an address that the host's screen shows; a path or a join code behind it does not matter. */
function mirrorOf(address: string): ToolSource {
  const url = URL.canParse(address) ? new URL(address) : undefined;
  if (url?.protocol !== "http:" || url.username !== "" || url.password !== "") {
    throw new UsageError(
      `\`--from ${address}\` is no address of a class's mirror.`,
      "The instructor's screen shows it: `learn-istio doctor --fix --from http://ADDRESS:PORT`.",
    );
  }
  const source = mirrorSource(url.origin, process.platform, process.arch);
  if (source !== undefined) return source;
  const [kubectl] = officialDownloads(process.platform, process.arch);
  throw new EnvironmentError(
    `A mirror has no kubectl for ${process.platform} on ${process.arch} that could be checked.`,
    {
      hint: `With internet, \`learn-istio doctor --fix\` fetches it; else bring ${kubectl?.url ?? "one"}, and name it by \`KUBECTL=path\`.`,
    },
  );
}

function conclude(what: string, missing: readonly Examined[]): string {
  if (missing.length === 0) return `${what} can run here.`;
  return `${what} cannot run here yet: ${missing.map((row) => row.name).join(", ")} missing.`;
}

const MARKS = { ok: "ok", warning: "warning", missing: "MISSING", absent: "absent" } as const;

function renderRow({ name, state, found, remedy }: Examined, width: number): string {
  const lines = [`  ${MARKS[state].padEnd(8)} ${name.padEnd(8)} ${found}`];
  if (remedy !== undefined) lines.push(indent(wrapText(remedy, width - 11), " ".repeat(11)));
  return `${lines.join("\n")}\n`;
}
