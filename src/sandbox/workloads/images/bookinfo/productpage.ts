import type { HeaderPairs, HttpRequest, HttpResponse, Task } from "../../../mesh/index.ts";
import { type App, type AppContext, sentOn } from "../app.ts";
import { answer, header, httpDate } from "../image.ts";
import { type Backend, type Fetched, fetchFrom } from "./backends.ts";
import { indexPage, PRODUCT, productPage, STYLE } from "./page.ts";
import { PAGE_PROPAGATED } from "./propagated.ts";
import { ENDED_SESSION, sessionCookie, userOf } from "./session.ts";

const HTML = "text/html; charset=utf-8";
const ERROR_TITLES: Readonly<Record<number, string>> = {
  404: "Not Found",
  405: "Method Not Allowed",
  500: "Internal Server Error",
};

/** `productpage`: the shop's page and its API, made from what details, reviews and ratings say. */
export function productpage(): App {
  const results = new Map<string, number>();
  return function* (request, at) {
    const url = new URL(request.path, "http://localhost");
    const seen = (backend: Backend, { status }: Fetched): void => {
      const key = `destination_app="${backend}",response_code="${status}"`;
      results.set(key, (results.get(key) ?? 0) + 1);
    };
    const response = yield* page(url, request, { ...at, seen, results });
    const head: HeaderPairs = [
      ["Server", "gunicorn"],
      ["Date", httpDate(at.now)],
    ];
    at.log(
      `${at.from} - - [${new Date(at.now).toISOString()}] "${request.method} ${request.path} HTTP/1.1" ${response.status} ${response.body.length} "${header(request, "referer") ?? "-"}" "${header(request, "user-agent") ?? "-"}"`,
    );
    return { ...response, headers: [...head, ...response.headers] };
  };
}

interface PageContext extends AppContext {
  readonly seen: (backend: Backend, fetched: Fetched) => void;
  readonly results: ReadonlyMap<string, number>;
}

function* page(url: URL, request: HttpRequest, at: PageContext): Task<HttpResponse> {
  const { pathname } = url;
  const method = pathname === "/login" ? "POST" : "GET";
  // The API first: its paths are many, the pages' are known.
  const product = /^\/api\/v1\/products\/([^/]+)(?:\/(reviews|ratings))?$/.exec(pathname);
  const make = PAGES[pathname];
  if (product === null && make === undefined) return failed(404);
  if (request.method !== method && !(method === "GET" && request.method === "HEAD")) return failed(405);
  if (product !== null) {
    const [, id = "", part = "details"] = product;
    const found = yield* ask(part as Backend, id, request, at);
    return json(found.status, found.value);
  }
  return make === undefined ? failed(404) : yield* make(request, at);
}

type PageMaker = (request: HttpRequest, at: PageContext) => Task<HttpResponse>;

/** A page that nobody is asked for. */
function plain(make: (request: HttpRequest, at: PageContext) => HttpResponse): PageMaker {
  // biome-ignore lint/correctness/useYield: a task that waits for nothing.
  return function* (request, at) {
    return make(request, at);
  };
}

const index = plain(() => answer(200, HTML, indexPage()));

const PAGES: Readonly<Record<string, PageMaker>> = {
  "/": index,
  "/index.html": index,
  "/health": plain(() => answer(200, HTML, "Product page is healthy")),
  "/static/bookinfo.css": plain(() => answer(200, "text/css; charset=utf-8", STYLE)),
  "/login": plain((request, { now }) => {
    const user = new URLSearchParams(request.body.toString()).get("username") ?? "";
    return back(request, sessionCookie(user, now));
  }),
  "/logout": plain((request) => back(request, ENDED_SESSION)),
  "/metrics": plain((_request, { results }) => {
    const lines = [...results].map(([labels, count]) => `request_result_total{${labels}} ${count}.0\n`);
    const head = "# HELP request_result_total Results of requests\n# TYPE request_result_total counter\n";
    return answer(200, "text/plain; version=0.0.4; charset=utf-8", head + lines.join(""));
  }),
  "/api/v1/products": plain(() => json(200, [PRODUCT])),
  "/productpage": function* (request, at) {
    const details = yield* ask("details", "0", request, at);
    const reviews = yield* ask("reviews", "0", request, at);
    const user = userOf(header(request, "cookie"));
    return answer(200, HTML, productPage({ user, details, reviews }));
  },
};

function* ask(backend: Backend, id: string, request: HttpRequest, at: PageContext): Task<Fetched> {
  const user = userOf(header(request, "cookie"));
  const own: HeaderPairs = user === "" ? [] : [["end-user", user]];
  const found = yield* fetchFrom(backend, id, [...sentOn(request, PAGE_PROPAGATED), ...own], at);
  at.seen(backend, found);
  return found;
}

/** To where the browser came from; one that does not say breaks it, as upstream's page does. */
function back(request: HttpRequest, cookie: string): HttpResponse {
  const referer = header(request, "referer");
  if (referer === undefined) return failed(500);
  const text = `<!doctype html>\n<html lang=en>\n<title>Redirecting...</title>\n<h1>Redirecting...</h1>\n`;
  return answer(302, HTML, text, [
    ["Location", referer],
    ["Vary", "Cookie"],
    ["Set-Cookie", cookie],
  ]);
}

function failed(status: number): HttpResponse {
  const title = ERROR_TITLES[status];
  return answer(
    status,
    HTML,
    `<!doctype html>\n<html lang=en>\n<title>${status} ${title}</title>\n<h1>${title}</h1>\n`,
  );
}

/** As Python writes it, with spaces. */
function json(status: number, value: unknown): HttpResponse {
  return answer(status, "application/json", pythonJson(value));
}

function pythonJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(pythonJson).join(", ")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  return `{${Object.entries(value)
    .map(([key, one]) => `${JSON.stringify(key)}: ${pythonJson(one)}`)
    .join(", ")}}`;
}
