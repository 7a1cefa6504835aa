declare const __BUILD__: string | undefined;

/** The hash of the sources that this program was built from. A sandbox of another build is restarted. */
export const BUILD: string = typeof __BUILD__ === "string" ? __BUILD__ : "dev";
