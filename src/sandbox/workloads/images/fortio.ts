import { wait } from "../../mesh/index.ts";
import type { App } from "./app.ts";
import { answer, header } from "./image.ts";

const MAX_DELAY_MS = 10_000;
const UNITS_MS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000 };

/** Fortio's echo: the body comes back, as the query wants it: `?status=503:50,404:10&delay=100ms&size=1024`. */
export const fortioEcho: App = function* (request, { hostname, random }) {
  const { searchParams, pathname } = new URL(request.path, "http://localhost");
  yield* wait(delayOf(searchParams.get("delay") ?? ""));
  const type = header(request, "content-type") ?? "text/plain; charset=UTF-8";
  if (pathname === "/debug") {
    const heads = request.headers.map(([name, value]) => `${name}: ${value}\n`).join("");
    const text = `Φορτίο version 1.74.0 echo debug server up on ${hostname} - request from ${header(request, "x-forwarded-for") ?? "-"}\n\n${request.method} ${request.path} HTTP/1.1\n\nheaders:\n\n${heads}\nbody:\n\n${request.body.toString()}\n`;
    return answer(200, "text/plain; charset=UTF-8", text);
  }
  const status = statusOf(searchParams.get("status") ?? "", random() * 100);
  const size = Number(searchParams.get("size") ?? Number.NaN);
  const body = size >= 0 && size <= 1 << 20 ? Buffer.alloc(size, "#") : request.body;
  return answer(status, type, body);
};

function delayOf(text: string): number {
  const [, amount = "0", unit = "ms"] = /^(\d+(?:\.\d+)?)(ms|s|m)/.exec(text) ?? [];
  return Math.min(MAX_DELAY_MS, Number(amount) * (UNITS_MS[unit] ?? 1));
}

/** One status, or several with their shares in percent; what is left is a 200. */
function statusOf(text: string, place: number): number {
  let sum = 0;
  for (const part of text.split(",")) {
    const [code, percent = "100"] = part.split(":");
    sum += Number(percent);
    if (Number(code) >= 200 && Number(code) <= 599 && place < sum) return Number(code);
  }
  return 200;
}
