/** Folders on the disk, made in the one way that every room uses. */
export { makeFolder } from "./make-folder.ts";
export { random } from "./random.ts";
export { writeInside } from "./write-inside.ts";
