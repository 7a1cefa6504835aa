import { type Answered, headerOf } from "../http-client.ts";
import type { Target } from "./curl-options.ts";

/** A transfer that is over. */
export interface Finished {
  readonly target: Target;
  readonly answer: Answered | undefined;
  readonly ms: number;
  readonly size: number;
  readonly redirects: number;
  readonly method: string;
  /** curl's own exit code. */
  readonly code: number;
}

/** `-w`: the names that people use. */
export function writtenOut(format: string, done: Finished): { readonly text: string; readonly toStderr: boolean } {
  const { target, answer, ms, size, redirects, method, code } = done;
  const seconds = (ms / 1000).toFixed(6);
  const early = (share: number): string => (ms / 1000 / share).toFixed(6);
  const location = answer && headerOf(answer, "location");
  const status = String(answer?.status ?? 0).padStart(3, "0");
  const values: Readonly<Record<string, string>> = {
    content_type: (answer && headerOf(answer, "content-type")) ?? "",
    errormsg: "",
    exitcode: String(code),
    http_code: status,
    http_version: answer ? answer.message.httpVersion : "0",
    local_ip: "",
    method,
    num_connects: String(answer ? 1 + redirects : 0),
    num_redirects: String(redirects),
    onerror: "",
    redirect_url: location ? new URL(location, target.url).href : "",
    remote_port: String(target.port),
    response_code: status,
    scheme: target.scheme,
    size_download: String(size),
    size_header: String(answer?.headers.reduce((sum, [name, value]) => sum + name.length + value.length + 4, 17) ?? 0),
    speed_download: String(ms > 0 ? Math.round((size / ms) * 1000) : 0),
    ssl_verify_result: "0",
    stderr: "",
    stdout: "",
    time_appconnect: target.scheme === "https" ? early(2) : "0.000000",
    time_connect: early(4),
    time_namelookup: early(8),
    time_pretransfer: early(3),
    time_redirect: redirects > 0 ? early(2) : "0.000000",
    time_starttransfer: early(1.1),
    time_total: seconds,
    url: target.url,
    url_effective: target.url,
  };
  const text = format
    .replaceAll(/%header\{([^}]*)\}/g, (_, name: string) => (answer && headerOf(answer, name)) ?? "")
    .replaceAll(/%\{(\w+)\}/g, (_, name: string) => values[name] ?? "")
    .replaceAll(/\\([nrt])/g, (_, char: string) => ({ n: "\n", r: "\r", t: "\t" })[char] ?? char)
    .replaceAll("%%", "%");
  return { text, toStderr: format.includes("%{stderr}") };
}
