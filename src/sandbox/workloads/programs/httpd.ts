import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { absolute, type Node } from "../container/files.ts";
import type { Machine } from "../machine.ts";
import { Failure, type Program, whileAlive } from "../process.ts";
import { readOptions } from "./options.ts";

const TYPES: Readonly<Record<string, string>> = {
  css: "text/css",
  html: "text/html",
  js: "text/javascript",
  json: "application/json",
  txt: "text/plain",
};

/** busybox's `httpd`: the files of a folder. Without `-f` it goes on by itself. */
export const httpd: Program = async (process) => {
  const options = readOptions(process.args, "fvi", "phcur");
  const port = Number((options.flags.get("p") ?? "80").split(":").at(-1));
  const root = absolute(process.cwd, options.flags.get("h") ?? ".");
  const how = { port, root, onRequest: () => {}, missing: NOT_FOUND };
  if (options.has("f")) {
    const serving = serveFiles(process.machine, how, process.signal);
    if (serving === undefined) throw new Failure("bind: Address already in use");
    await serving;
    return 0;
  }
  let isTaken = false;
  process.machine.daemon([process.name, ...process.args], async (signal) => {
    const serving = serveFiles(process.machine, how, signal);
    isTaken = serving === undefined;
    await serving;
  });
  if (isTaken) throw new Failure("bind: Address already in use");
  return 0;
};

const NOT_FOUND =
  "<HTML><HEAD><TITLE>404 Not Found</TITLE></HEAD>\n<BODY><H1>404 Not Found</H1>\nThe requested URL was not found\n</BODY></HTML>\n";

/** `python -m http.server [PORT] [-d FOLDER]`; Python itself is not simulated. */
export const python: Program = async (process) => {
  const { args, cwd } = process;
  if (args.includes("--version") || args.includes("-V")) {
    await process.stdout("Python 3.13.7\n");
    return 0;
  }
  const at = args.indexOf("-m");
  if (at === -1 || args[at + 1] !== "http.server") {
    throw new Failure("Python is not simulated here, but for `python -m http.server`", 1);
  }
  const options = readOptions(args.slice(at + 2), "", "db", ["directory=", "bind="]);
  const port = Number(options.rest[0] ?? 8000);
  const root = absolute(cwd, options.flags.get("d") ?? options.flags.get("directory") ?? ".");
  const onRequest = (line: string): void => void process.stderr(`${line}\n`).catch(() => {});
  const serving = serveFiles(
    process.machine,
    { port, root, onRequest, missing: "Error response: 404 File not found\n" },
    process.signal,
  );
  if (serving === undefined) throw new Failure("OSError: [Errno 98] Address already in use");
  await process.stdout(`Serving HTTP on 0.0.0.0 port ${port} (http://0.0.0.0:${port}/) ...\n`);
  await serving;
  return 0;
};

interface FileServer {
  readonly port: number;
  readonly root: string;
  readonly onRequest: (line: string) => void;
  readonly missing: string;
}

/** Serves until the process ends; undefined when the port is taken. */
function serveFiles(
  machine: Machine,
  { port, root, onRequest, missing }: FileServer,
  signal: AbortSignal,
): Promise<never> | undefined {
  const clients = new WeakMap<object, string>();
  const server = createServer((request, response) => {
    request.resume();
    const status = answer(machine.files.find.bind(machine.files), root, request, response, missing);
    const time = new Date(machine.now()).toISOString().slice(0, 19).replace("T", " ");
    onRequest(`${clients.get(request.socket)} - - [${time}] "${request.method} ${request.url} HTTP/1.1" ${status} -`);
  });
  const leave = machine.network.listen(port, (socket, { from }) => {
    clients.set(socket, from);
    signal.addEventListener("abort", () => socket.destroy(), { once: true });
    server.emit("connection", socket);
  });
  if (leave === undefined) return undefined;
  return whileAlive(new Promise<never>(() => {}), signal).finally(leave);
}

function answer(
  find: (path: string) => Node | undefined,
  root: string,
  request: IncomingMessage,
  response: ServerResponse,
  missing: string,
): number {
  if (request.method !== "GET" && request.method !== "HEAD")
    return end(response, 501, "text/html", "Not Implemented\n");
  const path = `${root}${absolute("/", decoded(request.url ?? "/"))}`;
  const found = find(path);
  const index = found?.kind === "directory" ? find(`${path}/index.html`) : found;
  if (index?.kind === "file") {
    return end(
      response,
      200,
      TYPES[path.split(".").at(-1) ?? ""] ?? (index === found ? "application/octet-stream" : "text/html"),
      index.data,
    );
  }
  if (found?.kind !== "directory") return end(response, 404, "text/html", missing);
  const names = [...found.entries].map(([name, { kind }]) => (kind === "directory" ? `${name}/` : name)).sort();
  const items = names.map((name) => `<li><a href="${name}">${name}</a></li>\n`).join("");
  const title = `Directory listing for ${path.slice(root.length) || "/"}`;
  return end(
    response,
    200,
    "text/html; charset=utf-8",
    `<!DOCTYPE HTML>\n<html>\n<head><title>${title}</title></head>\n<body>\n<h1>${title}</h1>\n<ul>\n${items}</ul>\n</body>\n</html>\n`,
  );
}

function end(response: ServerResponse, status: number, type: string, body: string | Buffer): number {
  response.writeHead(status, { "Content-Type": type, "Content-Length": Buffer.byteLength(body) });
  response.end(body);
  return status;
}

function decoded(url: string): string {
  const path = url.split("?", 1)[0] ?? "/";
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}
