import type { ReadSize } from "./stage.ts";

/** How long the size has to rest before a screen is drawn anew: a window's edge is dragged in many steps. */
const REST_MS = 150;

/** The size of the terminal that stdout is. */
export const readTerminalSize: ReadSize = () => {
  const { isTTY, columns, rows } = process.stdout;
  return isTTY === true && columns > 0 && rows > 0 ? { columns, rows } : undefined;
};

/** Tell when the terminal has another size; the returned function stops that. */
export function onTerminalResize(tell: () => void): () => void {
  let timer: NodeJS.Timeout | undefined;
  const later = (): void => {
    clearTimeout(timer);
    timer = setTimeout(tell, REST_MS);
  };
  process.stdout.on("resize", later);
  return () => {
    clearTimeout(timer);
    process.stdout.off("resize", later);
  };
}

/** What titles are drawn with: a locale that is not of Unicode has no blocks. */
export function inkOf(env: Readonly<Record<string, string | undefined>>): "█" | "#" {
  const locale = env.LC_ALL || env.LC_CTYPE || env.LANG || "";
  return /utf-?8/i.test(locale) ? "█" : "#";
}
