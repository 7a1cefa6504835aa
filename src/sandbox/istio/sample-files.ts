import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** A file as a release brings it. */
export interface ReleaseFile {
  /** Below the folder of the release. */
  readonly path: string;
  readonly text: string;
  readonly isProgram: boolean;
}

/** The build copies the folder beside the bundled chunks, as it does with `generated`. */
const FOLDER = new URL("./samples/", import.meta.url);
/** Stands in a sample for what differs between releases. */
const VARIABLE = /\$\{(\w+)\}/g;

/** All samples, by their paths; `values` are what differs between releases. Throws for a sample that names another. */
export function readSamples(values: Readonly<Record<string, string>>): readonly ReleaseFile[] {
  return readdirSync(fileURLToPath(FOLDER), { recursive: true, encoding: "utf8" })
    .map((name) => name.replaceAll("\\", "/"))
    .filter((name) => /\.(yaml|sh|md)$/.test(name))
    .sort()
    .map((name) => {
      const text = readFileSync(new URL(name, FOLDER), "utf8");
      return { path: `samples/${name}`, text: filled(name, text, values), isProgram: name.endsWith(".sh") };
    });
}

function filled(name: string, text: string, values: Readonly<Record<string, string>>): string {
  // A script's variables are its own.
  if (!name.endsWith(".yaml")) return text;
  return text.replace(VARIABLE, (_, variable: string) => {
    const value = values[variable];
    if (value === undefined) throw new Error(`samples/${name}: no release has \`${variable}\``);
    return value;
  });
}
