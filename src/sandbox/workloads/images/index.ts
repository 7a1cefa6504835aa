import { httpbin } from "./httpbin.ts";
import { answer, type Image, type Server } from "./image.ts";
import { nginx, WELCOME } from "./nginx.ts";
import { BASE, NETWORK, SHELLS } from "./programs.ts";

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

const tools = image({ argsAreCommand: true, command: ["sh"] });
const withoutShell = image({ programs: [], user: "nonroot", uid: 65532 });

const hello: Server = {
  ports: [8080],
  startLog: () => ["Server listening on port 8080"],
  serve: (_request, { pod, image: name }) =>
    answer(
      200,
      "text/plain; charset=utf-8",
      `Hello, world!\nVersion: ${name.endsWith(":2.0") ? "2.0.0" : "1.0.0"}\nHostname: ${pod.metadata.name}\n`,
    ),
  requestLog: (request) => [`Serving request: ${request.path.split("?", 1)[0]}`],
};

/** Known images by the end of their repository's name. What is not here runs, has a shell, and listens nowhere. */
const IMAGES: Readonly<Record<string, Image>> = {
  alpine: image({ programs: [...BASE, ...NETWORK, "ash"], argsAreCommand: true, command: ["/bin/sh"], env: { PATH } }),
  busybox: image({ programs: [...BASE, ...NETWORK, "ash"], argsAreCommand: true, command: ["sh"] }),
  coredns: withoutShell,
  "curlimages/curl": image({
    user: "curl_user",
    uid: 100,
    workdir: "/home/curl_user",
    programs: [...BASE, ...NETWORK, "ash", "curl"],
    command: ["curl"],
    env: { PATH, CURL_CA_BUNDLE: "/cacert.pem" },
  }),
  debian: image({ programs: [...BASE, "getent", "bash"], argsAreCommand: true, command: ["bash"] }),
  "hello-app": image({ programs: [], server: hello, command: ["/hello-app"] }),
  "kennethreitz/httpbin": image({
    programs: [...BASE, "getent", "bash"],
    server: httpbin("python"),
    command: ["gunicorn", "-b", "0.0.0.0:80", "httpbin:app", "-k", "gevent"],
  }),
  "mccutchen/go-httpbin": image({ ...withoutShell, server: httpbin("go"), command: ["/bin/go-httpbin"] }),
  nginx: image({
    programs: [...BASE, "getent", "bash", "curl"],
    server: nginx,
    files: {
      "/usr/share/nginx/html/index.html": WELCOME,
      "/etc/nginx/nginx.conf": "user  nginx;\nworker_processes  auto;\n",
    },
    command: ["nginx: master process nginx -g daemon off;"],
  }),
  pause: withoutShell,
  ubuntu: image({ programs: [...BASE, "getent", "bash"], argsAreCommand: true, command: ["bash"] }),
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
