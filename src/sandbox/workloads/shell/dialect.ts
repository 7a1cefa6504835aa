import type { Image } from "../images/image.ts";
import type { Dialect } from "./cursor.ts";

/** Which shell a name starts in an image: `bash` is bash; `sh` is busybox's where the image has that, else Debian's. */
export function dialectOf(image: Image, name: string): Dialect {
  const base = name.split("/").at(-1) ?? name;
  if (base === "bash") return "bash";
  return isBusybox(image) || base === "ash" ? "ash" : "dash";
}

/** Whether an image's programs are busybox's, with its words, rather than those of GNU. */
export function isBusybox(image: Image): boolean {
  return image.programs.includes("ash") || !image.programs.includes("bash");
}
