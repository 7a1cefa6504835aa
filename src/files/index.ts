/** Folders and archives on the disk, made in the one way that every room uses. */
export { makeFolder } from "./make-folder.ts";
export { random } from "./random.ts";
export { readTar, type TarEntry, TarError, type TarFile, writeTar } from "./tar.ts";
export { writeInside } from "./write-inside.ts";
