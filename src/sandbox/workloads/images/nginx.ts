import type { HttpRequest } from "../../api/index.ts";
import { combinedLine } from "./combined-log.ts";
import { answer, type HttpServer, header, httpDate } from "./image.ts";
import { listensAt, tlsFiles } from "./nginx-conf.ts";

const ROOT = "/usr/share/nginx/html";
const TYPES: Readonly<Record<string, string>> = {
  html: "text/html",
  txt: "text/plain",
  json: "application/json",
  css: "text/css",
  js: "application/javascript",
};

export const WELCOME = `<!DOCTYPE html>
<html>
<head>
<title>Welcome to nginx!</title>
<style>
html { color-scheme: light dark; }
body { width: 35em; margin: 0 auto;
font-family: Tahoma, Verdana, Arial, sans-serif; }
</style>
</head>
<body>
<h1>Welcome to nginx!</h1>
<p>If you see this page, the nginx web server is successfully installed and
working. Further configuration is required.</p>

<p>For online documentation and support please refer to
<a href="http://nginx.org/">nginx.org</a>.<br/>
Commercial support is available at
<a href="http://nginx.com/">nginx.com</a>.</p>

<p><em>Thank you for using nginx.</em></p>
</body>
</html>
`;

function versionOf(image: string): string {
  const [, tag] = /:(\d+(?:\.\d+){1,2})/.exec(image) ?? [];
  if (tag === undefined) return "1.29.3";
  return tag.split(".").length === 2 ? `${tag}.0` : tag;
}

function missing(image: string): string {
  const page =
    "<html>\r\n<head><title>404 Not Found</title></head>\r\n<body>\r\n<center><h1>404 Not Found</h1></center>\r\n";
  return `${page}<hr><center>nginx/${versionOf(image)}</center>\r\n</body>\r\n</html>\r\n`;
}

/** nginx as its image starts it: the files of its folder, the welcome page first. */
export const nginx: HttpServer = {
  speaks: "http",
  ports: [80],
  listens: (at) => listensAt(at) !== undefined,
  tls: {
    isAt: (at) => listensAt(at) === "tls",
    certificate: (at) => {
      const { cert, key } = tlsFiles(at);
      return cert === undefined || key === undefined ? undefined : { cert, key };
    },
  },
  startLog: ({ image, now }) => {
    const time = new Date(now).toISOString().slice(0, 19).replaceAll("-", "/").replace("T", " ");
    const notice = (text: string): string => `${time} [notice] 1#1: ${text}`;
    return [
      "/docker-entrypoint.sh: /docker-entrypoint.d/ is not empty, will attempt to perform configuration",
      "/docker-entrypoint.sh: Looking for shell scripts in /docker-entrypoint.d/",
      "/docker-entrypoint.sh: Configuration complete; ready for start up",
      notice('using the "epoll" event method'),
      notice(`nginx/${versionOf(image)}`),
      notice("start worker processes"),
      notice("start worker process 29"),
    ];
  },
  serve: (request, at) => {
    const headers = [
      ["Server", `nginx/${versionOf(at.image)}`],
      ["Date", httpDate(at.now)],
    ] as const;
    const path = decoded(request.path.split("?", 1)[0] ?? "/");
    const file = path.endsWith("/") ? `${path}index.html` : path;
    const found = file.includes("..") ? undefined : at.readFile(ROOT + file);
    if (found === undefined) return answer(404, "text/html", missing(at.image), headers);
    const type = TYPES[file.split(".").at(-1) ?? ""] ?? "application/octet-stream";
    return answer(200, type, request.method === "HEAD" ? "" : found, headers);
  },
  requestLog: (request, response, at) => [`${combinedLine(request, response, at)} "${forwarded(request)}"`],
};

function decoded(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

function forwarded(request: HttpRequest): string {
  return header(request, "x-forwarded-for") ?? "-";
}
