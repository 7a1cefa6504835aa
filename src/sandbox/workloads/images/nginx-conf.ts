import type { ServerContext } from "./image.ts";

const FILE = "/etc/nginx/nginx.conf";
/** `listen 443 ssl;`, `listen 0.0.0.0:80;`, `listen [::]:80;` */
const LISTEN = /^\s*listen\s+(?:[^\s;]*:)?(\d+)([^;]*);/gm;

/**
 * What nginx speaks at a connection's port by its `nginx.conf`; undefined: it does not listen there. A file that opens no
 * port itself includes the image's own server, at port 80.
 */
export function listensAt(at: Pick<ServerContext, "readFile" | "port">): "plain" | "tls" | undefined {
  const listens = [...configuration(at).matchAll(LISTEN)];
  if (listens.length === 0) return at.port === 80 ? "plain" : undefined;
  const own = listens.find(([, port]) => Number(port) === at.port);
  if (own === undefined) return undefined;
  return /\bssl\b/.test(own[2] ?? "") ? "tls" : "plain";
}

/** PEM, out of the files that `ssl_certificate` and `ssl_certificate_key` name. */
export function tlsFiles(at: Pick<ServerContext, "readFile">): {
  readonly cert: string | undefined;
  readonly key: string | undefined;
} {
  return { cert: fileOf(at, "ssl_certificate"), key: fileOf(at, "ssl_certificate_key") };
}

function fileOf(at: Pick<ServerContext, "readFile">, directive: string): string | undefined {
  const [, file] = new RegExp(`^\\s*${directive}\\s+([^\\s;]+)\\s*;`, "m").exec(configuration(at)) ?? [];
  return file === undefined ? undefined : at.readFile(file)?.toString();
}

function configuration({ readFile }: Pick<ServerContext, "readFile">): string {
  return (readFile(FILE)?.toString() ?? "").replaceAll(/#.*$/gm, "");
}
