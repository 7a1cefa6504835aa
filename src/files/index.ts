/** Folders on the disk, made in the one way that every room uses. */
export { makeFolder } from "./make-folder.ts";
export { writeInside } from "./write-inside.ts";
