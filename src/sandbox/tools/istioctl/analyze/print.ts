import { errorList } from "../../../istio/index.ts";
import type { Level } from "./catalogue.ts";
import { lineOf, type Message } from "./messages.ts";
import type { Analyzer } from "./world.ts";

const COLOURS: Readonly<Record<Level, string>> = { Error: "\u001b[1;31m", Warning: "\u001b[33m", Info: "" };

/** How messages can be written. */
export const FORMATS: readonly string[] = ["log", "json", "yaml"];

/** The page that tells of the messages, of a release. */
export function analysisPage(version: string): string {
  const [major, minor] = version.split(".");
  return `https://istio.io/v${major}.${minor}/docs/reference/config/analysis`;
}

/** Messages in a format. `asker` is named to the pages that they lead to. */
export async function printed(
  messages: readonly Message[],
  format: string,
  isColoured: boolean,
  version: string,
  asker = "",
): Promise<string> {
  if (format === "log") {
    const colourOf = ({ level }: Message) => (isColoured ? { before: COLOURS[level], after: "\u001b[0m" } : undefined);
    return messages.map((one) => lineOf(one, colourOf(one))).join("\n");
  }
  const page = analysisPage(version);
  const objects = messages.map(({ code, level, origin, reference, text }) => ({
    code,
    documentationUrl: `${page}/${code.toLowerCase()}/${asker === "" ? "" : `?ref=${asker}`}`,
    level,
    message: text,
    origin,
    ...(reference !== undefined && { reference }),
  }));
  if (format === "json") return escaped(JSON.stringify(objects, null, "\t"));
  return (await import("../../yaml.ts")).stringify(objects, { lineWidth: 0, indentSeq: false });
}

/** As Go's JSON keeps HTML from being read in it. */
function escaped(json: string): string {
  return json.replaceAll(/[<>&]/g, (one) => `\\u00${one.charCodeAt(0).toString(16)}`);
}

/** The analyzers, each with what it does, as `-L` lists them. */
export function listed(analyzers: readonly Analyzer[]): string {
  return analyzers
    .toSorted((a, b) => (a.name < b.name ? -1 : 1))
    .map(({ description, name }) => `* ${name}:\n    ${description}\n`)
    .join("");
}

/** Which analyzers ran, as `-v` tells. */
export function told(target: string, running: readonly Analyzer[], all: readonly Analyzer[]): string {
  const names = (list: readonly Analyzer[]): string => list.map(({ name }) => `\t ${name}\n`).join("");
  const skipped = all.filter((one) => !running.includes(one));
  const parts = [
    `Analyzed resources in ${target}\n`,
    skipped.length > 0 ? `Skipped analyzers:\n${names(skipped)}` : "",
    running.length > 0 ? `Executed analyzers:\n${names(running)}` : "",
  ];
  return `${parts.join("")}\n`;
}

/** What is wrong with files, as it is told before the messages. */
export function errorText(errors: readonly string[]): string {
  return `Error(s) adding files: ${errorList(errors)}`;
}
