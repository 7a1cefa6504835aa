import { keepColour, stripAnsi } from "../../text/index.ts";
import { SYSTEM_CLOCK } from "../clock.ts";
import { EXIT } from "../errors.ts";
import type { Io } from "../io.ts";
import type { PlaceOfWork } from "../place-of-work.ts";
import { wrapText } from "../screen/lines.ts";
import { createPalette } from "../screen/palette.ts";
import { type NotesLine, notesFile, readNotes, VERSION } from "./notes.ts";
import { renderBegin, renderIdea } from "./render-notes.ts";

/** How often the file is looked at. A file is read where sockets and watchers differ between systems. */
const PAUSE_MS = 200;

type Begin = Extract<NotesLine, { type: "begin" }>;

/** Tell a presenter, line by line, what is shown and what comes next, until the presentation ends. Returns the exit code. */
export async function followNotes(io: Io, presenter: PlaceOfWork): Promise<number> {
  const file = notesFile(presenter);
  const style = { width: io.width, palette: createPalette(io.colour) };
  const begin = await waitForBegin(io, file);
  if (begin === undefined) return EXIT.interrupted;
  const tell = (text: string): void => io.print(io.colour ? keepColour(text) : stripAnsi(text));
  tell(renderBegin(begin, style));
  let told = 1;
  while (!io.signal.aborted) {
    const lines = readNotes(file) ?? [];
    const [first] = lines;
    // Another one began: it is another file now.
    if (first?.type !== "begin" || first.at !== begin.at || first.pid !== begin.pid) break;
    const ideas = lines.slice(told).filter((line) => line.type === "idea");
    // Who comes late, or looks away, needs the last one.
    const last = ideas.at(-1);
    if (last !== undefined) tell(renderIdea(last, begin, style));
    told = lines.length;
    if (lines.at(-1)?.type === "end" || !isAlive(begin.pid)) break;
    await SYSTEM_CLOCK.sleep(PAUSE_MS, io.signal);
  }
  if (io.interrupted()) return EXIT.interrupted;
  io.print("The presentation has ended.\n");
  return EXIT.ok;
}

/** The presentation that goes on; waited for where there is none. Undefined: interrupted. */
async function waitForBegin(io: Io, file: string): Promise<Begin | undefined> {
  let said = false;
  while (!io.signal.aborted) {
    const lines = readNotes(file) ?? [];
    const [first] = lines;
    if (first?.type === "begin" && lines.at(-1)?.type !== "end" && isAlive(first.pid)) {
      if (first.version === VERSION) return first;
      io.say("The presentation is of another version of this program.\n");
      return undefined;
    }
    if (!said) io.say(`${wrapText(WAITING, io.width)}\n`);
    said = true;
    await SYSTEM_CLOCK.sleep(PAUSE_MS, io.signal);
  }
  return undefined;
}

const WAITING =
  "Nothing is presented yet. These are the notes for what `learn-istio present LESSON` shows in another terminal; they begin with it.";

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
