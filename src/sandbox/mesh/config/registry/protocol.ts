/** What a proxy takes a port for: `auto` looks at the first bytes, `tls` only at the server name. */
export type Protocol = "http" | "tls" | "tcp" | "auto";

const BY_NAME: Readonly<Record<string, Protocol>> = {
  http: "http",
  http2: "http",
  grpc: "http",
  "grpc-web": "http",
  https: "tls",
  tls: "tls",
  tcp: "tcp",
  mongo: "tcp",
  mysql: "tcp",
  redis: "tcp",
  hbone: "tcp",
};

const BY_APP_PROTOCOL: Readonly<Record<string, Protocol>> = {
  "kubernetes.io/h2c": "http",
  "kubernetes.io/ws": "http",
  "kubernetes.io/wss": "tls",
};

/** Servers that speak first here, so nothing may be looked at: SMTP, DNS, MySQL, MongoDB. */
const SERVER_FIRST: ReadonlySet<number> = new Set([25, 53, 3306, 27017]);

/** The protocol that a Service's port declares: by `appProtocol`, else by its name up to the first dash. */
export function servicePortProtocol(name: string | undefined, appProtocol: string | undefined, port: number): Protocol {
  if (appProtocol !== undefined) {
    const lower = appProtocol.toLowerCase();
    return BY_APP_PROTOCOL[lower] ?? BY_NAME[lower] ?? "auto";
  }
  const lower = (name ?? "").toLowerCase();
  if (lower === "grpc-web" || lower.startsWith("grpc-web-")) return "http";
  const declared = BY_NAME[lower.split("-")[0] ?? ""];
  if (declared !== undefined) return declared;
  return SERVER_FIRST.has(port) ? "tcp" : "auto";
}

/** The protocol of a port that says it in a field, as ServiceEntry and Gateway do. */
export function namedProtocol(protocol: string | undefined): Protocol {
  return BY_NAME[(protocol ?? "").toLowerCase()] ?? (protocol === undefined ? "auto" : "tcp");
}
