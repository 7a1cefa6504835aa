import { networkInterfaces } from "node:os";
import { plural, showHidden } from "../../text/index.ts";
import type { Hosted } from "../../workshop/index.ts";
import type { Io } from "../io.ts";
import type { Options } from "../options.ts";
import { quoteWord } from "../quote-word.ts";
import { wrapText } from "../screen/lines.ts";
import { drawQr } from "./qr.ts";

/** Label and value side by side want this many columns; with fewer the value has a line of its own. */
const SIDE_BY_SIDE = 60;

/** The head of the host's screen: the class, what learners type, and where the board is. The board's key is not in it. */
export async function showHead(io: Io, options: Options, hosted: Hosted): Promise<void> {
  const { title, goesOn, deleted, learners, invitation, boardUrl, loopbackOnly, mirrorCommands } = hosted;
  if (options.json) {
    const about = { type: "class", version: 1, title, goesOn, deleted, learners, invitation, boardUrl, mirrorCommands };
    io.print(`${JSON.stringify(about)}\n`);
    return;
  }
  const named = options.lessons === undefined ? "" : ` --lessons ${quoteWord(options.lessons)}`;
  const rows = [
    ["class", `${showHidden(title)}${goesOn ? ` (goes on, with ${plural(learners, "learner")})` : ""}`],
    ["join", `learn-istio class join${named} '${invitation}'`],
    ["board", `learn-istio class board${named}`],
  ] as const;
  const [gap, width] = io.width < SIDE_BY_SIDE ? ["\n", 0] : ["", 8];
  io.print(rows.map(([name, value]) => `${`${name}:`.padEnd(width)}${gap}${value}\n`).join(""));
  if (deleted > 0)
    io.say(`${plural(deleted, "class", "classes")} of before ended long enough ago, and were deleted.\n`);
  if (!loopbackOnly && io.colour && options.plain !== true) await showQr(io, invitation);
  if (mirrorCommands !== undefined)
    io.print(`mirror: for who lacks something, to type or to paste:\n${mirrorCommands.join("\n")}\n`);
  if (loopbackOnly) io.say(`${wrapText(onlyHere(outerAddresses()), io.width)}\n`);
  io.say("`?` tells what you can type here.\n");
}

/** For phones and tablets that look at the wall; where the terminal is too narrow, the line above has to do. */
async function showQr(io: Io, invitation: string): Promise<void> {
  const { lines, columns } = await drawQr(invitation);
  if (columns <= (process.stdout.columns ?? 0)) io.print(`${lines.join("\n")}\n`);
}

function onlyHere(addresses: readonly { readonly address: string; readonly name: string }[]): string {
  const [first, ...others] = addresses.map(({ address, name }) => `\`--listen ${address}\` (${name})`);
  if (first === undefined) return "Only this machine can reach it, and it is in no network now.";
  const all = others.length === 0 ? "" : ", or `--listen 0.0.0.0` for all of them";
  return `Only this machine can reach it. For a room: ${[first, ...others].join(", ")}${all}.`;
}

function outerAddresses(): readonly { readonly address: string; readonly name: string }[] {
  return Object.entries(networkInterfaces()).flatMap(([name, all = []]) =>
    all.filter(({ internal, family }) => !internal && family === "IPv4").map(({ address }) => ({ address, name })),
  );
}
