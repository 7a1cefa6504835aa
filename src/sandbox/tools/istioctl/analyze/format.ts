import { friendlyName, placeOf, restOf, wordsOf } from "./judge.ts";
import { type Level, MESSAGES } from "./messages.ts";
import type { Message } from "./model.ts";

const FORMATS = ["log", "json", "yaml"] as const;
type Format = (typeof FORMATS)[number];

const COLOURS: Readonly<Record<Level, string>> = { Error: "\x1b[1;31m", Warning: "\x1b[33m", Info: "" };
const RESET = "\x1b[0m";
/** Go's encoder writes these so that JSON may stand in HTML. */
const HTML = /[<>&\u2028\u2029]/g;

/** The format of a name; undefined for one that there is not. */
export function formatOf(text: string): Format | undefined {
  return FORMATS.find((one) => one === text);
}

/** Messages in a format. The codes are explained where the documents of a minor release are; `reference` says who asks there. */
export async function formatted(
  messages: readonly Message[],
  format: Format,
  minor: string,
  isColoured: boolean,
  reference = "",
): Promise<string> {
  const documents = `https://istio.io/v1.${minor}/docs/reference/config/analysis`;
  const fields = messages.map((one) => fieldsOf(one, documents, reference));
  if (format === "json") return asJson(fields);
  return format === "yaml" ? asYaml(fields) : asLog(messages, isColoured);
}

/** Messages as lines, a level in its colour. */
function asLog(messages: readonly Message[], isColoured: boolean): string {
  return messages
    .map((message) => {
      const { code, level } = MESSAGES[message.name];
      return `${isColoured ? `${COLOURS[level]}${level}${RESET}` : level} [${code}] ${restOf(message)}`;
    })
    .join("\n");
}

type Fields = Readonly<Record<string, string>>;

/** Messages as JSON, indented by tabs. */
function asJson(messages: readonly Fields[]): string {
  const text = JSON.stringify(messages, undefined, "\t");
  return text.replaceAll(HTML, (one) => `\\u${one.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

/** Messages as YAML. */
async function asYaml(messages: readonly Fields[]): Promise<string> {
  const { stringify } = await import("../../yaml.ts");
  return stringify(messages, { lineWidth: 0, singleQuote: true });
}

function fieldsOf(message: Message, documents: string, reference: string): Fields {
  const { code, level } = MESSAGES[message.name];
  const place = placeOf(message);
  return {
    code,
    documentationUrl: `${documents}/${code.toLowerCase()}/${reference === "" ? "" : `?ref=${reference}`}`,
    level,
    message: wordsOf(message),
    origin: friendlyName(message),
    ...(place !== undefined && { reference: place }),
  };
}
