import { ADDONS } from "./addons.ts";
import { agnhost } from "./agnhost.ts";
import { appServer } from "./app.ts";
import { BOOKINFO } from "./bookinfo/index.ts";
import { silent, tcpEcho } from "./bytes.ts";
import { httpEcho, httpsEcho, nginxHello, whoami } from "./echo.ts";
import { fortioEcho } from "./fortio.ts";
import { gunicornAccessLog, gunicornStart } from "./gunicorn.ts";
import { helloworld } from "./helloworld.ts";
import { httpbin } from "./httpbin.ts";
import { answer, flag, type HttpServer, type Image, type ServerContext } from "./image.ts";
import { nginx, WELCOME } from "./nginx.ts";
import { pilotAgent } from "./pilot-agent.ts";
import { BASE, GNU, NETWORK, SHELLS } from "./programs.ts";

const PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

function image(own: Partial<Image>): Image {
  return {
    user: "root",
    uid: 0,
    workdir: "/",
    env: { PATH, ...own.env },
    programs: [...BASE, ...NETWORK, ...SHELLS, "curl"],
    files: {},
    argsAreCommand: false,
    command: ["/app"],
    ...own,
  };
}

const PYTHON_HTTPBIN = ["-b", "0.0.0.0:80", "httpbin:app", "-k", "gevent"];
const pythonHttpbin = image({
  programs: [...BASE, ...GNU],
  server: (args) => gunicorn(args.length > 0 ? args : PYTHON_HTTPBIN),
  binaries: ["gunicorn"],
  command: ["gunicorn", ...PYTHON_HTTPBIN],
});
const tools = image({ argsAreCommand: true, command: ["sh"] });
const withoutShell = image({ programs: [], user: "nonroot", uid: 65532 });

function hello(_args: readonly string[], env: ReadonlyMap<string, string>): HttpServer {
  const port = Number(env.get("PORT") ?? 8080);
  const version = ({ image: name }: ServerContext): string => (name.endsWith(":2.0") ? "2.0.0" : "1.0.0");
  return {
    speaks: "http",
    ports: [port],
    startLog: () => [`Server listening on port ${port}`],
    serve: (_request, at) =>
      answer(
        200,
        "text/plain; charset=utf-8",
        `Hello, world!\nVersion: ${version(at)}\nHostname: ${at.pod.metadata.name}\n`,
      ),
    requestLog: (request) => [`Serving request: ${request.path.split("?", 1)[0]}`],
  };
}

/** gunicorn takes its address by `-b`; without one it is its own default, for itself alone. */
function gunicorn(args: readonly string[]): HttpServer {
  const bound = flag(args, "b") ?? flag(args, "bind") ?? "127.0.0.1:8000";
  return {
    ...httpbin("python", Number(bound.split(":").at(-1))),
    startLog: gunicornStart("19.9.0", bound),
    ...gunicornAccessLog(args),
  };
}

function goHttpbin(args: readonly string[], env: ReadonlyMap<string, string>): HttpServer {
  return httpbin("go", Number(flag(args, "port") ?? env.get("PORT") ?? 8080));
}

/** `fortio server`, which is also what the image does by itself; its other commands are programs to run. */
function fortio([command = "server", ...args]: readonly string[]): HttpServer | undefined {
  if (command !== "server") return undefined;
  const port = Number(flag(args, "http-port") ?? 8080);
  const startLog = [`Fortio 1.74.0 HTTP Echo server listening on tcp [::]:${port}`, "Fortio 1.74.0 server is running"];
  return appServer(fortioEcho, { port, startLog });
}

/** A database or a cache: a client finds it there, its own asks whether it is up, more is not simulated. */
function quiet(port: number, binary: string, clients: readonly string[], ...startLog: readonly string[]): Image {
  return image({
    programs: [...BASE, ...NETWORK, ...SHELLS, ...clients],
    binaries: [binary, "docker-entrypoint.sh"],
    command: [binary],
    server: () => silent(port, startLog),
  });
}

/** The proxy itself is the mesh's part; what is typed into its container runs here. */

function helloworldImage(version: string): Image {
  return image({
    env: { PATH, SERVICE_VERSION: version },
    binaries: ["python"],
    command: ["python", "/opt/microservices/app.py"],
    workdir: "/opt/microservices",
    server: () => appServer(helloworld, { port: 5000, startLog: [" * Running on http://127.0.0.1:5000"] }),
  });
}

/** Known images by the end of their repository's name. What is not here runs, has a shell, and listens nowhere. */
const IMAGES: Readonly<Record<string, Image>> = {
  agnhost: image({
    programs: [...BASE, ...NETWORK, "ash", "curl", "/agnhost"],
    command: ["/agnhost"],
    binaries: ["agnhost"],
    server: agnhost,
  }),
  alpine: image({
    programs: [...BASE, ...NETWORK, "apk", "ash"],
    argsAreCommand: true,
    command: ["/bin/sh"],
    env: { PATH },
  }),
  busybox: image({ programs: [...BASE, ...NETWORK, "ash", "httpd"], argsAreCommand: true, command: ["sh"] }),
  coredns: withoutShell,
  "curlimages/curl": image({
    user: "curl_user",
    uid: 100,
    workdir: "/home/curl_user",
    programs: [...BASE, ...NETWORK, "ash", "curl"],
    command: ["curl"],
    env: { PATH, CURL_CA_BUNDLE: "/cacert.pem" },
  }),
  debian: image({ programs: [...BASE, ...GNU], argsAreCommand: true, command: ["bash"] }),
  ...Object.fromEntries(
    Object.entries(BOOKINFO).map(([name, own]) => [name, image({ ...own, env: { PATH, ...own.env } })]),
  ),
  ...Object.fromEntries(
    Object.entries(ADDONS).map(([name, own]) => [name, image({ ...own, env: { PATH, ...own.env } })]),
  ),
  "examples-helloworld-v1": helloworldImage("v1"),
  "examples-helloworld-v2": helloworldImage("v2"),
  "fortio/fortio": image({
    programs: ["/usr/bin/fortio"],
    binaries: ["fortio"],
    command: ["/usr/bin/fortio", "server", "-config-dir", "/etc/fortio"],
    server: fortio,
  }),
  "hashicorp/http-echo": image({ ...withoutShell, binaries: ["http-echo"], command: ["/http-echo"], server: httpEcho }),
  "hello-app": image({ programs: [], server: hello, binaries: ["hello-app"], command: ["/hello-app"] }),
  "istio/tcp-echo-server": image({ binaries: ["tcp-echo"], command: ["/bin/tcp-echo"], server: tcpEcho }),
  "kennethreitz/httpbin": pythonHttpbin,
  "kong/httpbin": pythonHttpbin,
  mariadb: quiet(3306, "mariadbd", ["mariadb-admin"], "[Note] mariadbd: ready for connections."),
  "mccutchen/go-httpbin": image({
    ...withoutShell,
    server: goHttpbin,
    binaries: ["go-httpbin"],
    command: ["/bin/go-httpbin"],
  }),
  memcached: quiet(11211, "memcached", []),
  "mendhak/http-https-echo": image({ user: "node", uid: 1000, server: httpsEcho, command: ["node", "./index.js"] }),
  mongo: quiet(
    27017,
    "mongod",
    ["mongosh", "mongo"],
    '{"s":"I","c":"NETWORK","msg":"Waiting for connections","attr":{"port":27017}}',
  ),
  mysql: quiet(3306, "mysqld", ["mysqladmin"], "[System] [Server] /usr/sbin/mysqld: ready for connections. port: 3306"),
  nginx: image({
    programs: [...BASE, ...GNU, "curl"],
    server: () => nginx,
    binaries: ["nginx", "docker-entrypoint.sh"],
    files: {
      "/usr/share/nginx/html/index.html": WELCOME,
      "/etc/nginx/nginx.conf": "user  nginx;\nworker_processes  auto;\n",
    },
    command: ["nginx: master process nginx -g daemon off;"],
  }),
  "nginxdemos/hello": image({ programs: [...BASE, ...NETWORK, "ash"], server: () => nginxHello, command: ["nginx"] }),
  pause: withoutShell,
  postgres: quiet(5432, "postgres", ["pg_isready"], "LOG:  database system is ready to accept connections"),
  proxyv2: image({
    user: "istio-proxy",
    uid: 1337,
    programs: [...BASE, ...GNU, "curl", "pilot-agent"],
    server: pilotAgent,
    binaries: ["pilot-agent"],
    command: ["pilot-agent"],
  }),
  python: image({
    programs: [...BASE, ...GNU, "python", "python3"],
    argsAreCommand: true,
    command: ["python3"],
  }),
  redis: quiet(6379, "redis-server", ["redis-cli"], "* Ready to accept connections tcp"),
  "traefik/whoami": image({ ...withoutShell, binaries: ["whoami"], command: ["/whoami"], server: whoami }),
  ubuntu: image({ programs: [...BASE, ...GNU], argsAreCommand: true, command: ["bash"] }),
};

/** Whether it is known what is in an image: what else is asked for is not there. */
export function isKnownImage(name: string): boolean {
  return keyOf(name) !== undefined;
}

/** What is in an image, by any of its names: `nginx`, `docker.io/library/nginx:1.27@sha256:…`. */
export function imageNamed(name: string): Image {
  const found = keyOf(name);
  return (found === undefined ? undefined : IMAGES[found]) ?? tools;
}

function keyOf(name: string): string | undefined {
  const repository = name.replace(/@.*$/, "").replace(/:[^/:]*$/, "");
  return Object.keys(IMAGES).find((one) => repository === one || repository.endsWith(`/${one}`));
}
