import { formatPlace } from "../diagnostics/index.ts";
import type { RunEvent } from "../run/index.ts";
import { renderOutput } from "./output.ts";
import { type Look, styleOf } from "./style.ts";

/** How a background block came to its end, and the last of what it printed; nothing for one that was stopped. */
export function renderBackgroundEnd(
  { name, place, how, status, output }: RunEvent & { readonly type: "background-end" },
  look?: Partial<Look>,
): string {
  if (how === "stopped") return "";
  const style = styleOf(look);
  const what = `\`${style.clean(name)}\`, the background block of ${style.clean(formatPlace(place))}`;
  const sentence = style.sentence(`${what}, ended by itself${status === undefined ? "" : ` with status ${status}`}.`);
  return output.trim() === "" ? sentence : `${sentence}\n${renderOutput(output, style, "its last output")}`;
}
