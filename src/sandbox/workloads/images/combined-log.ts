import type { HttpRequest, HttpResponse } from "../../api/index.ts";
import type { ServerContext } from "./image.ts";

const MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(" ");

/** A request as Apache's combined format has it: `10.0.0.1 - - [01/Jan/2026:00:00:00 +0000] "GET / HTTP/1.1" 200 5 "-" "curl/8"`. */
export function combinedLine(
  { method, path, headers }: HttpRequest,
  { status, body }: HttpResponse,
  { from, now }: ServerContext,
): string {
  const date = new Date(now);
  const time = `${String(date.getUTCDate()).padStart(2, "0")}/${MONTHS[date.getUTCMonth()]}/${date.getUTCFullYear()}:${date.toISOString().slice(11, 19)} +0000`;
  const header = (name: string): string => headers.find(([one]) => one.toLowerCase() === name)?.[1] ?? "-";
  return `${from} - - [${time}] "${method} ${path} HTTP/1.1" ${status} ${body.length} "${header("referer")}" "${header("user-agent")}"`;
}
