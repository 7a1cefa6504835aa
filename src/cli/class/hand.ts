import { UsageError } from "../../diagnostics/index.ts";
import { raiseHand } from "../../workshop/index.ts";
import { EXIT } from "../errors.ts";
import type { Io } from "../io.ts";
import type { Options } from "../options.ts";
import type { PlaceOfWork } from "../place-of-work.ts";
import { learnerFolder } from "./folders.ts";

/** `class hand`: ask the instructor for help; `class hand down`: no longer. */
export async function run(io: Io, options: Options, place: PlaceOfWork, argument?: string): Promise<number> {
  if (argument !== undefined && argument !== "down")
    throw new UsageError(`\`class hand ${argument}\` is nothing, expected nothing or \`down\`.`);
  const raised = argument === undefined;
  const end = await raiseHand(learnerFolder(place), raised, io.now);
  if (end === undefined) {
    throw new UsageError("You are in no class, so nobody would see your hand.", "`learn-istio class join` first.");
  }
  if (end === "refused")
    throw new UsageError("The class does not know you any more.", "`learn-istio class leave`, then join again.");
  const isThere = end === "done";
  if (options.json) io.print(`${JSON.stringify({ raised, isThere }, null, 2)}\n`);
  else if (!isThere) io.say("The class cannot be reached now; it is told as soon as it can, with your next lesson.\n");
  else
    io.say(
      raised ? "The instructor sees your hand. `learn-istio class hand down` lowers it.\n" : "Your hand is down.\n",
    );
  return EXIT.ok;
}
