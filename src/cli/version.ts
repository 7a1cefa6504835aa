declare const __VERSION__: string | undefined;

/** This program's version; sources that were not built have none. */
export const VERSION = typeof __VERSION__ === "string" ? __VERSION__ : "0.0.0";
