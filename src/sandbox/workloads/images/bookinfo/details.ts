import type { HttpResponse, Task } from "../../../mesh/index.ts";
import { type App, type AppContext, getting, sentOn } from "../app.ts";
import { answer, httpDate } from "../image.ts";
import { PROPAGATED } from "./propagated.ts";

const SERVER = "WEBrick/1.9.1 (Ruby/3.4.7/2025-10-08)";
const BOOKS = "www.googleapis.com";

/** `details`: what a book is. With ENABLE_EXTERNAL_BOOK_SERVICE it asks the internet, which is not there. */
export const details: App = function* (request, at) {
  const path = request.path.split("?", 1)[0] ?? "/";
  const response = yield* page(path, request, at);
  at.log(
    `${at.from} - - [${stamp(at.now)}] "${request.method} ${request.path} HTTP/1.1" ${response.status} ${response.body.length}`,
  );
  at.log(`- -> ${request.path}`);
  return { ...response, headers: [["Server", SERVER], ["Date", httpDate(at.now)], ...response.headers] };
};

function* page(path: string, request: Parameters<App>[0], at: AppContext): Task<HttpResponse> {
  if (path === "/health" || path.startsWith("/health/")) return json(200, { status: "Details is healthy" });
  if (path !== "/details" && !path.startsWith("/details/")) {
    const text = `<!DOCTYPE HTML>\n<HTML>\n  <HEAD><TITLE>Not Found</TITLE></HEAD>\n  <BODY>\n    <H1>Not Found</H1>\n    '${escaped(path)}' not found.\n  </BODY>\n</HTML>\n`;
    return answer(404, "text/html; charset=ISO-8859-1", text);
  }
  const id = path.split("/").filter(Boolean).at(-1) ?? "";
  if (!/^[+-]?\d+$/.test(id)) return json(400, { error: "please provide numeric product id" });
  if (at.env.get("ENABLE_EXTERNAL_BOOK_SERVICE") === "true") return yield* external(request, at);
  return json(200, {
    id: Number(id),
    author: "William Shakespeare",
    year: 1595,
    type: "paperback",
    pages: 200,
    publisher: "PublisherA",
    language: "English",
    "ISBN-10": "1234567890",
    "ISBN-13": "123-1234567890",
  });
}

/** Asks as upstream does; the books themselves are on the internet, and what comes back instead is the reason. */
function* external(request: Parameters<App>[0], at: AppContext): Task<HttpResponse> {
  const isPlain = at.env.get("DO_NOT_ENCRYPT") === "true";
  const port = isPlain ? 80 : 443;
  const asked = getting(BOOKS, "/books/v1/volumes?q=isbn:0486424618", sentOn(request, PROPAGATED));
  const found = isPlain ? yield* at.fetch(BOOKS, port, asked) : (yield* at.connects(BOOKS, port)) ? "reset" : "refused";
  if (typeof found !== "string") {
    return json(400, { error: `the sandbox has no books of the internet: ${BOOKS} answered ${found.status}` });
  }
  const error =
    found === "reset"
      ? "end of file reached"
      : `Failed to open TCP connection to ${BOOKS}:${port} (the sandbox has no way to the internet)`;
  return json(400, { error });
}

function json(status: number, value: object): HttpResponse {
  return answer(status, "application/json", JSON.stringify(value));
}

function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
}

/** `01/Jan/2026:00:00:00 UTC` */
function stamp(now: number): string {
  const [, day, month, year, time] = /^\w+, (\d+) (\w+) (\d+) ([\d:]+)/.exec(httpDate(now)) ?? [];
  return `${day}/${month}/${year}:${time} UTC`;
}
