import type { HttpRequest } from "../../api/index.ts";
import { createCertificate } from "../../api/index.ts";
import { answer, flag, type HttpServer, httpDate, type ServerContext } from "./image.ts";
import { echoWebSocket } from "./websocket.ts";

const PLAIN = "text/plain; charset=utf-8";

/** `hashicorp/http-echo`: one text for every request. */
export function httpEcho(args: readonly string[], env: ReadonlyMap<string, string>): HttpServer {
  const text = flag(args, "text") ?? env.get("ECHO_TEXT") ?? "hello-world";
  const listen = flag(args, "listen") ?? ":5678";
  const status = Number(flag(args, "status-code") ?? 200);
  return {
    speaks: "http",
    ports: [Number(listen.split(":").at(-1))],
    startLog: ({ now }) => [
      `${new Date(now).toISOString().replace("T", " ").slice(0, 19)} [INFO] server is listening on ${listen}`,
    ],
    serve: () =>
      answer(status, PLAIN, `${text}\n`, [
        ["X-App-Name", "http-echo"],
        ["X-App-Version", "1.0.0"],
      ]),
    requestLog: (request, response, { now, from, fromPort, port }) => [
      `${new Date(now).toISOString().replace("T", " ").slice(0, 19)} [INFO] ${hostOf(request)} ${from}:${fromPort} "${request.method} ${request.path} HTTP/1.1" ${response.status} ${response.body.length} "${headerText(request, "user-agent")}" ${port}`,
    ],
  };
}

/** `traefik/whoami`: who was asked, and how. */
export function whoami(args: readonly string[]): HttpServer {
  const port = Number(flag(args, "port") ?? 80);
  const name = flag(args, "name");
  return {
    speaks: "http",
    ports: [port],
    startLog: ({ now }) => [
      `${new Date(now).toISOString().slice(0, 19).replaceAll("-", "/").replace("T", " ")} Starting up on port ${port}`,
    ],
    serve: (request, at) => {
      const { pathname } = new URL(request.path, "http://localhost");
      if (pathname === "/health") return answer(200, PLAIN, "");
      if (pathname === "/api")
        return answer(200, "application/json", `${JSON.stringify(identity(request, at, name))}\n`);
      const own = `${request.method} ${request.path} HTTP/1.1\nHost: ${hostOf(request)}\n`;
      const heads = request.headers
        .filter(([header]) => header.toLowerCase() !== "host")
        .toSorted(([a], [b]) => (a < b ? -1 : 1))
        .map(([header, value]) => `${header}: ${value}\n`);
      const about = `${name === undefined ? "" : `Name: ${name}\n`}Hostname: ${at.pod.metadata.name}\nIP: 127.0.0.1\nIP: ::1\nIP: ${at.pod.status?.podIP}\nRemoteAddr: ${at.from}:${at.fromPort}\n`;
      return answer(200, PLAIN, `${about}${own}${heads.join("")}\n`);
    },
    upgrade: (request, socket, head) => {
      if (!request.url?.startsWith("/echo")) return false;
      echoWebSocket(request, socket, head);
      return true;
    },
  };
}

function identity(request: HttpRequest, { pod, from, fromPort }: ServerContext, name: string | undefined): object {
  const headers = Object.fromEntries(request.headers.map(([header, value]) => [header, [value]]));
  return {
    hostname: pod.metadata.name,
    ip: ["127.0.0.1", "::1", pod.status?.podIP],
    headers,
    url: request.path,
    host: hostOf(request),
    method: request.method,
    ...(name === undefined ? {} : { name }),
    remoteAddr: `${from}:${fromPort}`,
  };
}

/** `nginxdemos/hello`: its page, or its plain text for the tag `plain-text`. */
export const nginxHello: HttpServer = {
  speaks: "http",
  ports: [80],
  startLog: () => [],
  serve: (request, { pod, image, port, now }) => {
    const rows = [
      ["Server address", `${pod.status?.podIP}:${port}`],
      ["Server name", pod.metadata.name],
      ["Date", httpDate(now).replace(" GMT", " +0000").slice(5)],
      ["URI", request.path],
    ];
    if (image.includes("plain-text"))
      return answer(200, "text/plain", rows.map(([name, value]) => `${name}: ${value}\n`).join(""));
    const items = rows.map(([name, value]) => `<p><span>${name}:</span> <span>${value}</span></p>\n`).join("");
    return answer(
      200,
      "text/html",
      `<!DOCTYPE html>\n<html>\n<head>\n<title>Hello World</title>\n</head>\n<body>\n${items}</body>\n</html>\n`,
    );
  },
};

/** `mendhak/http-https-echo`: the request as JSON, by HTTP and by HTTPS with a certificate of its own. */
export function httpsEcho(_args: readonly string[], env: ReadonlyMap<string, string>): HttpServer {
  const [plain, secure] = [Number(env.get("HTTP_PORT") ?? 8080), Number(env.get("HTTPS_PORT") ?? 8443)];
  let own: ReturnType<typeof createCertificate> | undefined;
  return {
    speaks: "http",
    ports: [plain, secure],
    startLog: () => [`Listening on ports ${plain} for http, and ${secure} for https.`],
    serve: (request, { pod, port, from }) => {
      const url = new URL(request.path, `http://${hostOf(request)}`);
      const headers = Object.fromEntries(request.headers.map(([name, value]) => [name.toLowerCase(), value]));
      const body = {
        path: url.pathname,
        headers,
        method: request.method,
        body: request.body.toString(),
        fresh: false,
        hostname: url.hostname,
        ip: `::ffff:${from}`,
        ips: [],
        protocol: port === secure ? "https" : "http",
        query: Object.fromEntries(url.searchParams),
        subdomains: [],
        xhr: false,
        os: { hostname: pod.metadata.name },
        connection: {},
      };
      return answer(200, "application/json; charset=utf-8", JSON.stringify(body, undefined, 2), [
        ["X-Powered-By", "Express"],
      ]);
    },
    tls: {
      isAt: (at) => at.port === secure,
      certificate: ({ now }) => {
        own ??= createCertificate(now);
        return own;
      },
    },
  };
}

function hostOf(request: HttpRequest): string {
  return headerText(request, "host") || "localhost";
}

function headerText(request: HttpRequest, name: string): string {
  return request.headers.find(([one]) => one.toLowerCase() === name)?.[1] ?? "";
}
