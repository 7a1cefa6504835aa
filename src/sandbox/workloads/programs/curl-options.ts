import { absolute } from "../container/files.ts";
import { Failure, type Process } from "../process.ts";

/** What curl was asked for. */
export interface CurlCall {
  /** As they were given: patterns, unless `-g` says otherwise. */
  readonly urls: readonly string[];
  readonly hasPatterns: boolean;
  /** What `-G` puts behind each URL. */
  readonly query: string | undefined;
  readonly method: string;
  readonly isMethodGiven: boolean;
  readonly headers: readonly (readonly [string, string])[];
  readonly body: Buffer;
  readonly user: string | undefined;
  readonly resolve: ReadonlyMap<string, string>;
  /** `--connect-to`, as its four parts. */
  readonly connectTo: readonly (readonly string[])[];
  /** Files of PEM: whom to trust, and what to show. */
  readonly authority: string | undefined;
  readonly certificate: string | undefined;
  readonly key: string | undefined;
  readonly isInsecure: boolean;
  /** Seconds. */
  readonly connectTimeout: number;
  readonly outputs: readonly string[];
  readonly usesRemoteName: boolean;
  readonly headFile: string | undefined;
  readonly writeOut: string | undefined;
  readonly maxTime: number;
  readonly retries: number;
  readonly retryDelay: number;
  readonly retriesRefused: boolean;
  readonly retriesAll: boolean;
  readonly maxRedirects: number;
  readonly isHead: boolean;
  readonly includesHead: boolean;
  readonly follows: boolean;
  readonly fails: boolean;
  readonly failsWithBody: boolean;
  readonly isSilent: boolean;
  readonly showsErrors: boolean;
  readonly isVerbose: boolean;
  readonly isVersion: boolean;
}

export interface Target {
  readonly url: string;
  readonly scheme: "http" | "https";
  readonly host: string;
  readonly port: number;
  readonly isDefaultPort: boolean;
  readonly path: string;
  readonly user: string | undefined;
}

const VALUED: Readonly<Record<string, string>> = {
  X: "request",
  H: "header",
  d: "data",
  o: "output",
  w: "write-out",
  m: "max-time",
  A: "user-agent",
  u: "user",
  b: "cookie",
  e: "referer",
  D: "dump-header",
  T: "upload-file",
  c: "cookie-jar",
  x: "proxy",
  E: "cert",
  F: "form",
};
const VALUED_LONG = new Set([
  ...Object.values(VALUED),
  ..."data-raw data-binary data-urlencode json url connect-timeout retry retry-delay retry-max-time max-redirs resolve connect-to cacert cert key interface oauth2-bearer".split(
    " ",
  ),
]);
const FLAGS: Readonly<Record<string, string>> = {
  s: "silent",
  S: "show-error",
  f: "fail",
  i: "include",
  I: "head",
  v: "verbose",
  k: "insecure",
  L: "location",
  O: "remote-name",
  G: "get",
  N: "no-buffer",
  V: "version",
  g: "globoff",
  "4": "ipv4",
  "6": "ipv6",
  "#": "progress-bar",
  "0": "http1.0",
};
const FLAGS_LONG = new Set([
  ...Object.values(FLAGS),
  ..."fail-with-body compressed http1.1 http2 http2-prior-knowledge no-progress-meter retry-connrefused retry-all-errors no-keepalive path-as-is tlsv1.2".split(
    " ",
  ),
]);

/** Reads curl's arguments. Fails as curl does for what it does not know. */
export async function readCurl(process: Process): Promise<CurlCall> {
  const { urls, given } = split(process.args);
  const last = (name: string): string | undefined => given.get(name)?.at(-1);
  const has = (name: string): boolean => given.has(name);
  const data = await dataOf(process, given);
  const headers = (given.get("header") ?? []).map(headerPair);
  const add = (name: string, value: string | undefined): void => {
    if (value !== undefined) headers.push([name, value]);
  };
  add("User-Agent", last("user-agent"));
  add("Referer", last("referer"));
  add("Cookie", last("cookie"));
  if (has("oauth2-bearer")) add("Authorization", `Bearer ${last("oauth2-bearer")}`);
  if (has("json")) {
    add("Content-Type", "application/json");
    add("Accept", "application/json");
  }
  const isQuery = has("get") && data !== undefined;
  const fallback = has("head") ? "HEAD" : data !== undefined && !isQuery ? "POST" : has("upload-file") ? "PUT" : "GET";
  return {
    urls: [...urls, ...(given.get("url") ?? [])],
    hasPatterns: !has("globoff"),
    query: isQuery ? String(data) : undefined,
    method: last("request") ?? fallback,
    isMethodGiven: has("request"),
    headers,
    body: isQuery ? Buffer.alloc(0) : (data ?? Buffer.alloc(0)),
    user: last("user"),
    resolve: new Map((given.get("resolve") ?? []).map((one) => resolved(one))),
    connectTo: (given.get("connect-to") ?? []).map((one) => one.split(":")),
    authority: last("cacert"),
    certificate: last("cert"),
    key: last("key"),
    isInsecure: has("insecure"),
    connectTimeout: Number(last("connect-timeout") ?? Number.POSITIVE_INFINITY),
    outputs: given.get("output") ?? [],
    usesRemoteName: has("remote-name"),
    headFile: last("dump-header"),
    writeOut: last("write-out"),
    maxTime: Number(last("max-time") ?? Number.POSITIVE_INFINITY),
    retries: Number(last("retry") ?? 0),
    retryDelay: Number(last("retry-delay") ?? 1),
    retriesRefused: has("retry-connrefused"),
    retriesAll: has("retry-all-errors"),
    maxRedirects: Number(last("max-redirs") ?? 50),
    isHead: has("head"),
    includesHead: has("include") || has("head"),
    follows: has("location"),
    fails: has("fail"),
    failsWithBody: has("fail-with-body"),
    isSilent: has("silent"),
    showsErrors: has("show-error"),
    isVerbose: has("verbose"),
    isVersion: has("version"),
  };
}

function split(args: readonly string[]): { urls: string[]; given: Map<string, string[]> } {
  const urls: string[] = [];
  const given = new Map<string, string[]>();
  const note = (name: string, value: string): void => void given.set(name, [...(given.get(name) ?? []), value]);
  const unknown = (what: string): never => {
    throw new Failure(`option ${what}: is unknown\ncurl: try 'curl --help' or 'curl --manual' for more information`, 2);
  };
  const valueAt = (at: number, what: string): string => {
    const value = args[at];
    if (value === undefined)
      throw new Failure(`option ${what}: requires parameter\ncurl: try 'curl --help' for more information`, 2);
    return value;
  };
  for (let at = 0; at < args.length; at += 1) {
    const arg = args[at] ?? "";
    if (!/^-./.test(arg)) urls.push(arg);
    else if (arg.startsWith("--")) {
      const name = arg.slice(2);
      if (VALUED_LONG.has(name)) note(name, valueAt(++at, arg));
      else if (FLAGS_LONG.has(name)) note(name, "");
      else unknown(arg);
    } else {
      for (let index = 1; index < arg.length; index += 1) {
        const letter = arg[index] ?? "";
        const valued = VALUED[letter];
        if (valued !== undefined) {
          note(valued, arg.slice(index + 1) || valueAt(++at, `-${letter}`));
          break;
        }
        note(FLAGS[letter] ?? unknown(`-${letter}`), "");
      }
    }
  }
  return { urls, given };
}

function headerPair(text: string): [string, string] {
  const at = text.indexOf(":");
  return at < 0 ? [text.replace(/;$/, ""), ""] : [text.slice(0, at).trim(), text.slice(at + 1).trim()];
}

/** `host:port:address`, `+` in front for a while only. */
function resolved(text: string): [string, string] {
  const [host = "", port = "", address = ""] = text.replace(/^\+/, "").split(":");
  return [`${host}:${port}`, address];
}

const DATA = ["data", "data-raw", "data-binary", "data-urlencode", "json"] as const;

async function dataOf(process: Process, given: ReadonlyMap<string, readonly string[]>): Promise<Buffer | undefined> {
  const upload = given.get("upload-file")?.at(-1);
  if (upload !== undefined) return contents(process, upload);
  const parts: Buffer[] = [];
  for (const kind of DATA) {
    for (const text of given.get(kind) ?? []) {
      if (kind === "data-urlencode") parts.push(Buffer.from(urlencoded(text)));
      else if (kind !== "data-raw" && text.startsWith("@")) {
        const bytes = await contents(process, text.slice(1));
        parts.push(kind === "data" ? Buffer.from(bytes.toString("latin1").replaceAll(/[\r\n]/g, ""), "latin1") : bytes);
      } else parts.push(Buffer.from(text));
    }
  }
  if (parts.length === 0) return undefined;
  const separator = given.has("json") ? "" : "&";
  return Buffer.concat(parts.flatMap((part, index) => (index === 0 ? [part] : [Buffer.from(separator), part])));
}

async function contents({ stdin, machine, cwd }: Process, name: string): Promise<Buffer> {
  if (name === "-") return stdin.readAll();
  try {
    return machine.files.read(absolute(cwd, name));
  } catch {
    throw new Failure(`option -d: error encountered when reading a file\ncurl: Failed to open ${name}`, 26);
  }
}

function urlencoded(text: string): string {
  const at = text.indexOf("=");
  return at < 0
    ? encodeURIComponent(text)
    : `${text.slice(0, at + 1).replace(/^=/, "")}${encodeURIComponent(text.slice(at + 1))}`;
}

/** Where a URL leads; curl's words when it leads nowhere. */
export function targetOf(text: string, call: CurlCall): Target | string {
  const whole = /^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : `http://${text}`;
  if (!/^https?:/i.test(whole)) return `Protocol "${whole.split(":", 1)[0]}" not supported`;
  let url: URL;
  try {
    url = new URL(whole);
  } catch {
    return "URL rejected: Malformed input to a URL function";
  }
  const scheme = url.protocol === "https:" ? "https" : "http";
  const isDefaultPort = url.port === "";
  const credentials =
    url.username === "" ? call.user : `${decodeURIComponent(url.username)}:${decodeURIComponent(url.password)}`;
  return {
    url: url.href,
    scheme,
    host: url.hostname.replace(/^\[|\]$/g, ""),
    port: isDefaultPort ? (scheme === "https" ? 443 : 80) : Number(url.port),
    isDefaultPort,
    path: url.pathname + url.search,
    user: credentials,
  };
}
