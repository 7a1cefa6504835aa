import { suggest } from "../../text/index.ts";
import { mayEnter } from "./class-side.ts";
import { goTo } from "./moves.ts";
import type { Scene } from "./scene.ts";

/** The step that a typed word names: `3`, `goto 3`, `g keep`; undefined where it names none. */
export function stepNamedBy(word: string): string | undefined {
  if (/^\d+$/.test(word)) return word;
  return /^(?:g|goto)\s+(\S+)$/i.exec(word)?.[1];
}

/** Ask for a step's number or id, and go there. */
export async function askWhereTo(scene: Scene, preset = ""): Promise<undefined> {
  const { input, view } = scene.ports;
  const prompt = "step (number or id): ";
  view.ask(input.keys ? "" : prompt);
  const typed = (await input.line({ prompt, preset }))?.trim();
  if (typed === undefined) view.endAsk();
  else view.edited();
  if (typed === undefined || typed === "") view.line("No step was named, so you stay here.");
  else goToNamed(scene, typed);
}

/** Go to a step; which ones before it have not passed is said, for what is done there may need them. */
export function goToNamed(scene: Scene, named: string): void {
  const { walk, ports } = scene;
  const ids = walk.steps.map(({ id }) => id);
  const index = /^\d+$/.test(named) ? Number(named) - 1 : ids.indexOf(named);
  if (walk.steps[index] === undefined) {
    const near = suggest(named, ids);
    const advice = near === undefined ? `\`list\` shows 1 to ${ids.length}.` : `Did you mean \`${near}\`?`;
    ports.view.sentence(`There is no step \`${named}\` in this lesson. ${advice}`);
    return;
  }
  const open = walk.steps.slice(0, index).filter((step) => !walk.isGreen(step));
  if (!mayEnter(scene, index, "the same")) return;
  goTo(scene, index);
  if (open.length > 0) ports.view.sentence(`(not passed before it: ${open.map(({ id }) => id).join(", ")})`, "  ");
}
