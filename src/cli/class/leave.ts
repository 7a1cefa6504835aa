import { leaveClass } from "../../workshop/index.ts";
import { EXIT } from "../errors.ts";
import type { Io } from "../io.ts";
import type { Options } from "../options.ts";
import type { PlaceOfWork } from "../place-of-work.ts";
import { learnerFolder } from "./folders.ts";

const SAID = {
  done: "You have left the class; nothing is sent any more.\n",
  more: "You have left the class; nothing is sent any more.\n",
  refused: "You have left the class; it did not know you any more. Nothing is sent any more.\n",
  offline: "You have left the class. It could not be reached to be told; nothing is sent any more.\n",
};

/** `class leave`: nothing is sent from here on, whether the host can be told or not. */
export async function run(io: Io, options: Options, place: PlaceOfWork): Promise<number> {
  const end = await leaveClass(learnerFolder(place), io.now);
  if (options.json) io.print(`${JSON.stringify({ left: end !== undefined, told: end === "done" }, null, 2)}\n`);
  else io.say(end === undefined ? "You are in no class.\n" : SAID[end]);
  return EXIT.ok;
}
