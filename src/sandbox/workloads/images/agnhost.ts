import type { HttpRequest, HttpResponse } from "../../api/index.ts";
import { answer, flag, type HttpServer, header, type Server, type ServerContext } from "./image.ts";

const PLAIN = "text/plain; charset=utf-8";

/** `agnhost SUBCOMMAND`: the server of Kubernetes' own tests. Without one it pauses. */
export function agnhost([command = "pause", ...args]: readonly string[]): Server | undefined {
  switch (command) {
    case "netexec":
      return netexec(args);
    case "serve-hostname":
      return serveHostname(args);
    case "test-webserver":
      return plainServer(Number(flag(args, "port") ?? 80), () => "");
    default:
      return undefined;
  }
}

function serveHostname(args: readonly string[]): HttpServer {
  return plainServer(Number(flag(args, "port") ?? 9376), ({ pod }) => pod.metadata.name);
}

function plainServer(port: number, body: (at: ServerContext) => string): HttpServer {
  return {
    speaks: "http",
    ports: [port],
    startLog: ({ now }) => [`${klogHead(now)} Serving on port ${port}.`],
    serve: (_request, at) => answer(200, PLAIN, body(at)),
  };
}

function netexec(args: readonly string[]): HttpServer {
  const port = Number(flag(args, "http-port") ?? 8080);
  const [cert, key] = [flag(args, "tls-cert-file"), flag(args, "tls-private-key-file")];
  const isSecure = cert !== undefined && key !== undefined;
  return {
    speaks: "http",
    ports: [port],
    startLog: ({ now }) => [
      `${klogHead(now)} Started ${isSecure ? "HTTPS" : "HTTP"} server on port ${port}`,
      `${klogHead(now)} Started UDP server on port  ${flag(args, "udp-port") ?? "8081"}`,
    ],
    serve: (request, at) => {
      const url = new URL(request.path, "http://localhost");
      const page = Object.hasOwn(PAGES, url.pathname) ? PAGES[url.pathname] : undefined;
      return page === undefined ? answer(404, PLAIN, "404 page not found\n") : page(request, url, at);
    },
    requestLog: (request, _response, { now }) => [`${klogHead(now)} ${request.method} ${request.path}`],
    ...(isSecure && {
      tls: {
        isAt: (at: ServerContext) => at.port === port,
        certificate: (at: ServerContext) => {
          const [own, secret] = [at.readFile(cert)?.toString(), at.readFile(key)?.toString()];
          return own === undefined || secret === undefined ? undefined : { cert: own, key: secret };
        },
      },
    }),
  };
}

type Page = (request: HttpRequest, url: URL, at: ServerContext) => HttpResponse;

const hostname: Page = (_request, _url, { pod }) => answer(200, PLAIN, pod.metadata.name);

const PAGES: Readonly<Record<string, Page>> = {
  "/": (_request, _url, { now }) => answer(200, PLAIN, `NOW: ${new Date(now).toISOString()}`),
  "/clientip": (_request, _url, { from, fromPort }) => answer(200, PLAIN, `${from}:${fromPort}`),
  "/echo": (_request, url) => {
    const code = Number(url.searchParams.get("code") ?? 200);
    return answer(
      Number.isInteger(code) && code >= 200 && code < 600 ? code : 200,
      PLAIN,
      url.searchParams.get("msg") ?? "",
    );
  },
  "/header": (request, url) =>
    answer(200, PLAIN, header(request, (url.searchParams.get("key") ?? "").toLowerCase()) ?? ""),
  "/healthz": () => answer(200, PLAIN, ""),
  "/hostName": hostname,
  "/hostname": hostname,
  "/redirect": (_request, url) => {
    const code = Number(url.searchParams.get("code") ?? 302);
    return answer(code, PLAIN, "", [["Location", url.searchParams.get("location") ?? "/"]]);
  },
};

/** What klog puts before a line: `I0131 10:20:30.400000       1 log.go:245]`. */
function klogHead(now: number): string {
  const [date = "", time = ""] = new Date(now).toISOString().slice(5, -1).split("T");
  return `I${date.replace("-", "")} ${time}000       1 log.go:245]`;
}
