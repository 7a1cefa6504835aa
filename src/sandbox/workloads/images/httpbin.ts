import { randomUUID } from "node:crypto";
import type { HttpRequest, HttpResponse } from "../../api/index.ts";
import { answer, type HttpServer, header, httpDate, type ServerContext, streamed } from "./image.ts";
import { echoWebSocket } from "./websocket.ts";

/** What an httpbin knows of a request. */
export interface HttpbinContext extends Pick<ServerContext, "from" | "now"> {
  /** `go`: mccutchen's has each header and argument as a list; kennethreitz's has them as text. */
  readonly flavour: "go" | "python";
  readonly hostname: string;
  readonly scheme: "http" | "https";
}

type Route = (
  request: HttpRequest,
  url: URL,
  at: HttpbinContext,
  rest: string[],
) => HttpResponse | Promise<HttpResponse>;

const MAX_DELAY_S = 10;

/** The server of an image. */
export function httpbin(flavour: "go" | "python", port = flavour === "go" ? 8080 : 80): HttpServer {
  const isGo = flavour === "go";
  return {
    speaks: "http",
    ports: [port],
    startLog: ({ now }) => [
      `time=${new Date(now).toISOString()} level=INFO msg="go-httpbin listening on http://0.0.0.0:${port}"`,
    ],
    serve: (request, at) =>
      httpbinAnswer(request, { flavour, scheme: "http", from: at.from, now: at.now, hostname: at.pod.metadata.name }),
    ...(isGo && {
      upgrade: (request, socket, head) => {
        if (!request.url?.startsWith("/websocket/echo")) return false;
        echoWebSocket(request, socket, head);
        return true;
      },
      requestLog: (request, response, at) => [
        `time=${new Date(at.now).toISOString()} level=INFO msg="${response.status} ${request.method} ${request.path} 0.1ms" status=${response.status} method=${request.method} uri=${request.path} size_bytes=${response.body.length} duration_ms=0.1 client_ip=${at.from}`,
      ],
    }),
  };
}

/** What httpbin answers, wherever it runs. */
export async function httpbinAnswer(request: HttpRequest, at: HttpbinContext): Promise<HttpResponse> {
  const isGo = at.flavour === "go";
  const url = new URL(request.path, "http://localhost");
  const [first = "", ...rest] = url.pathname.split("/").filter(Boolean);
  const route = Object.hasOwn(ROUTES, first) ? ROUTES[first] : undefined;
  const response = route
    ? await route(request, url, at, rest)
    : answer(404, isGo ? "text/plain; charset=utf-8" : "text/html", isGo ? "404 page not found\n" : NOT_FOUND);
  const headers: [string, string][] = [
    ["Access-Control-Allow-Credentials", "true"],
    ["Access-Control-Allow-Origin", "*"],
    ["Date", httpDate(at.now)],
  ];
  const server: [string, string][] = isGo ? [] : [["Server", "gunicorn/19.9.0"]];
  return {
    ...response,
    headers: [...server, ...headers, ...response.headers],
    body: request.method === "HEAD" ? Buffer.alloc(0) : response.body,
  };
}

const NOT_FOUND =
  '<!DOCTYPE HTML PUBLIC "-//W3C//DTD HTML 3.2 Final//EN">\n<title>404 Not Found</title>\n<h1>Not Found</h1>\n<p>The requested URL was not found on the server.  If you entered the URL manually please check your spelling and try again.</p>\n';

function json(value: unknown, at: HttpbinContext, status = 200): HttpResponse {
  return answer(
    status,
    at.flavour === "go" ? "application/json; charset=utf-8" : "application/json",
    `${JSON.stringify(value, null, 2)}\n`,
  );
}

function fields(pairs: Iterable<readonly [string, string]>, at: HttpbinContext): Record<string, unknown> {
  const found = new Map<string, string[]>();
  for (const [name, value] of pairs) {
    const key = name.replaceAll(/(^|-)[a-z]/g, (one) => one.toUpperCase());
    found.set(key, [...(found.get(key) ?? []), value]);
  }
  const entries = [...found].sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([name, values]) => [name, at.flavour === "go" ? values : values.join(",")]));
}

function args(url: URL, at: HttpbinContext): Record<string, unknown> {
  const names = [...new Set(url.searchParams.keys())];
  return Object.fromEntries(
    names.map((name) => {
      const values = url.searchParams.getAll(name);
      return [name, at.flavour === "go" || values.length > 1 ? values : values[0]];
    }),
  );
}

function hostUrl(request: HttpRequest, { scheme }: HttpbinContext): string {
  const host = request.headers.find(([name]) => name.toLowerCase() === "host")?.[1] ?? "localhost";
  return `${scheme}://${host}${request.path}`;
}

const echo: Route = (request, url, at, _rest) => {
  const common = { args: args(url, at), headers: fields(request.headers, at) };
  const own = { origin: at.from, url: hostUrl(request, at) };
  if (request.method === "GET" && !url.pathname.startsWith("/anything"))
    return json({ ...common, ...(at.flavour === "go" && { method: "GET" }), ...own }, at);
  const data = request.body.toString();
  const type = header(request, "content-type") ?? "";
  const isForm = type.includes("x-www-form-urlencoded");
  const form = isForm ? args(new URL(`http://x/?${data}`), at) : {};
  const parsed = type.includes("json") ? tryParse(data) : null;
  return json(
    {
      ...common,
      data: isForm && at.flavour !== "go" ? "" : data,
      files: {},
      form,
      json: parsed,
      method: request.method,
      ...own,
    },
    at,
  );
};

function tryParse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function only(method: string): Route {
  return (request, url, at, rest) =>
    request.method === method || (method === "GET" && request.method === "HEAD")
      ? echo(request, url, at, rest)
      : answer(405, "text/plain; charset=utf-8", at.flavour === "go" ? "Method Not Allowed\n" : "", [
          ["Allow", method],
        ]);
}

/** `/drip`, `/sse` and `/stream-bytes` come bit by bit; how many, and how long between two, is the client's to say. */
async function* drops(count: number, gapMs: number, drop: (index: number) => Buffer): AsyncGenerator<Buffer> {
  for (let index = 0; index < count; index += 1) {
    if (index > 0 && gapMs > 0) await new Promise((resolve) => setTimeout(resolve, gapMs).unref());
    yield drop(index);
  }
}

/** `1.5`, `200ms`, `2s` in milliseconds, within what the server takes. */
function durationMs(text: string | null, fallback: number): number {
  const [, amount, unit] = /^([\d.]+)(ms|s)?$/.exec(text ?? "") ?? [];
  if (amount === undefined) return fallback;
  return Math.min(Number(amount) * (unit === "ms" ? 1 : 1000), MAX_DELAY_S * 1000);
}

const MAX_LINES = 100;
const CHUNK = Buffer.alloc(64 * 1024, "*");

const redirect: Route = (_request, _url, _at, [count = "1"]) => {
  const left = Number(count) - 1;
  return answer(302, "text/html", "", [["Location", left > 0 ? `/relative-redirect/${left}` : "/get"]]);
};

const ROUTES: Readonly<Record<string, Route>> = {
  anything: echo,
  "basic-auth": (request, _url, at, [user = "", password = ""]) => {
    const given = header(request, "authorization") ?? "";
    const isRight = given === `Basic ${Buffer.from(`${user}:${password}`).toString("base64")}`;
    if (isRight) return json({ authenticated: true, user }, at);
    return answer(401, "text/plain", "", [["WWW-Authenticate", 'Basic realm="Fake Realm"']]);
  },
  base64: (_request, _url, _at, [text = ""]) => answer(200, "text/html; charset=utf-8", Buffer.from(text, "base64")),
  bytes: (_request, _url, _at, [count = "0"]) =>
    answer(200, "application/octet-stream", Buffer.alloc(Math.min(Number(count) || 0, 100 * 1024), 120)),
  cookies: (request, _url, at) => {
    const text = header(request, "cookie") ?? "";
    const pairs = text
      .split(/;\s*/)
      .filter(Boolean)
      .map((one) => [one.split("=", 1)[0] ?? "", one.slice(one.indexOf("=") + 1)]);
    return json({ cookies: Object.fromEntries(pairs) }, at);
  },
  delay: async (request, url, at, [seconds = "0"]) => {
    const ms = Math.min(Number(seconds) || 0, MAX_DELAY_S) * 1000;
    await new Promise((resolve) => setTimeout(resolve, ms).unref());
    return echo(request, url, at, []);
  },
  delete: only("DELETE"),
  get: only("GET"),
  headers: (request, _url, at) => json({ headers: fields(request.headers, at) }, at),
  hostname: (_request, _url, at) => json({ hostname: at.hostname }, at),
  html: () =>
    answer(
      200,
      "text/html; charset=utf-8",
      "<!DOCTYPE html>\n<html>\n  <head>\n  </head>\n  <body>\n      <h1>Herman Melville - Moby-Dick</h1>\n  </body>\n</html>\n",
    ),
  ip: (_request, _url, at) => json({ origin: at.from }, at),
  json: (_request, _url, at) =>
    json(
      { slideshow: { author: "Yours Truly", date: "date of publication", slides: [], title: "Sample Slide Show" } },
      at,
    ),
  patch: only("PATCH"),
  post: only("POST"),
  put: only("PUT"),
  redirect,
  "relative-redirect": redirect,
  drip: (_request, url) => {
    const count = Math.min(Number(url.searchParams.get("numbytes") ?? 10) || 0, 10 * 1024 * 1024);
    const gapMs = durationMs(url.searchParams.get("duration"), 2000) / Math.max(1, count - 1);
    return streamed(
      200,
      "application/octet-stream",
      drops(count, gapMs, () => Buffer.from("*")),
    );
  },
  sse: (_request, url, at) => {
    const count = Math.min(Number(url.searchParams.get("count") ?? 10) || 0, MAX_LINES);
    const gapMs = durationMs(url.searchParams.get("duration"), 5000) / Math.max(1, count - 1);
    const event = (id: number): Buffer =>
      Buffer.from(`event: ping\ndata: ${JSON.stringify({ id, timestamp: at.now + id })}\n\n`);
    return streamed(200, "text/event-stream; charset=utf-8", drops(count, gapMs, event), [
      ["Cache-Control", "no-store"],
    ]);
  },
  stream: (request, url, at, [count = "0"]) => {
    const lines = Math.min(Number(count) || 0, MAX_LINES);
    const line = (id: number): Buffer =>
      Buffer.from(
        `${JSON.stringify({ id, args: args(url, at), headers: fields(request.headers, at), origin: at.from, url: hostUrl(request, at) })}\n`,
      );
    return streamed(200, "application/json; charset=utf-8", drops(lines, 0, line));
  },
  "stream-bytes": (_request, _url, _at, [count = "0"]) => {
    const size = Math.min(Number(count) || 0, 64 * 1024 * 1024);
    const part = (index: number): Buffer => CHUNK.subarray(0, Math.min(CHUNK.length, size - index * CHUNK.length));
    return streamed(200, "application/octet-stream", drops(Math.ceil(size / CHUNK.length), 0, part));
  },
  "response-headers": (_request, url, at) => {
    const response = json(args(url, at), at);
    return { ...response, headers: [...response.headers, ...url.searchParams] };
  },
  "robots.txt": () => answer(200, "text/plain", "User-agent: *\nDisallow: /deny\n"),
  status: (_request, _url, _at, [codes = ""]) => {
    const choices = codes.split(",").map((one) => Number(one.split(":")[0]));
    const code = choices[Math.floor(Math.random() * choices.length)] ?? 0;
    if (!Number.isInteger(code) || code < 200 || code > 599)
      return answer(400, "text/plain; charset=utf-8", "Invalid status code");
    if (code === 418) return answer(418, "text/plain", "I'm a teapot!\n");
    return answer(
      code,
      "text/plain; charset=utf-8",
      "",
      code >= 301 && code <= 308 && code !== 304 ? [["Location", "/redirect/1"]] : [],
    );
  },
  "user-agent": (request, _url, at) => json({ "user-agent": header(request, "user-agent") ?? "" }, at),
  uuid: (_request, _url, at) => json({ uuid: randomUUID() }, at),
};
