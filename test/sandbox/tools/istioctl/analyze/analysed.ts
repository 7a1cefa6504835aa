import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { parseAllDocuments } from "yaml";
import { createCertificate } from "../../../../../src/sandbox/api/index.ts";
import type { JsonObject } from "../../../../../src/sandbox/objects/index.ts";
import { istioctl } from "../../../../../src/sandbox/tools/istioctl/index.ts";
import type { ApiAnswer, ToolContext } from "../../../../../src/sandbox/tools/tool.ts";

/** When everything is looked at. */
const NOW = Date.UTC(2026, 0, 1, 12);
/** What stands for them in objects: one that holds, and one that held long ago. */
const CERTIFICATES = { CRT: createCertificate(NOW), OLD: createCertificate(Date.UTC(1990, 0)) };
const MARK = /^# file: (.*)$/m;

export interface Printed {
  readonly out: string;
  readonly err: string;
  readonly code: number;
}

/**
 * Runs the `# run:` lines of a text over its objects, which are the cluster, and the files after `# file:` lines, which lie in
 * `DIR`. `# server:` and `# denied:` are what the API server says of itself and of what one may create.
 */
export async function analysed(text: string): Promise<string> {
  const told: string[] = [];
  for (const [, line = ""] of text.matchAll(/^# run: (.*)$/gm)) {
    const { code, err, out } = await run(text, line);
    const parts = [out === "" ? "" : `stdout:\n${out}`, err === "" ? "" : `stderr:\n${err}`, `[${code}]\n`];
    told.push(`$ ${line}\n${parts.join("")}`);
  }
  return told.join("\n");
}

/** One line of istioctl over such a text. */
export async function run(text: string, line: string): Promise<Printed> {
  const [cluster = "", ...files] = text.split(MARK);
  const folder = mkdtempSync(path.join(tmpdir(), "analyze-"));
  try {
    for (let at = 0; at < files.length; at += 2) {
      const file = path.join(folder, files[at] ?? "");
      mkdirSync(path.dirname(file), { recursive: true });
      writeFileSync(file, (files[at + 1] ?? "").replace(/^\n/, ""));
    }
    return await printed(cluster, line, folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function printed(cluster: string, line: string, folder: string): Promise<Printed> {
  const out: string[] = [];
  const err: string[] = [];
  const [, version = "1.31.0", words = ""] = /^(?:ISTIO_VERSION=(\S+) )?istioctl (.*)$/.exec(line) ?? [];
  const args = [...words.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, bare]) => quoted ?? bare ?? "");
  const code = await istioctl({
    ...contextOf(cluster),
    args: args.map((one) => one.replace("DIR", folder)),
    env: { ISTIO_VERSION: version },
    out: (text) => out.push(text),
    err: (text) => err.push(text),
  });
  const masked = (texts: readonly string[]): string => texts.join("").replaceAll(folder, "DIR");
  return { out: masked(out), err: masked(err), code };
}

function contextOf(cluster: string): Omit<ToolContext, "args" | "env" | "out" | "err"> {
  const never = (): never => {
    throw new Error("nothing else of the sandbox is asked");
  };
  const encoded = (text: string): string => Buffer.from(text).toString("base64");
  const text = cluster
    .replaceAll(/tls\.crt: (CRT|OLD)/g, (_, which: "CRT" | "OLD") => `tls.crt: ${encoded(CERTIFICATES[which].cert)}`)
    .replaceAll("tls.key: KEY", `tls.key: ${encoded(CERTIFICATES.CRT.key)}`);
  const documents = parseAllDocuments(text).map((one) => one.toJS() as JsonObject | null);
  const objects = documents.filter((one) => one !== null);
  const [, server = "v1.35.0"] = /^# server: (.*)$/m.exec(cluster) ?? [];
  const denied = /^# denied: (.*)$/m.exec(cluster)?.[1]?.split(" ") ?? [];
  return {
    api: async (method, asked, body) => {
      if (method === "GET")
        return asked === "/version" ? { status: 200, body: { gitVersion: server } } : answered(objects, asked);
      const { resource } = (body as JsonObject).spec.resourceAttributes;
      return { status: 201, body: { status: { allowed: !denied.includes(resource) } } };
    },
    call: never,
    get: never,
    forward: never,
    readLine: never,
    sleep: never,
    now: () => NOW,
  };
}

/** The API server's answer to a GET of a namespace or Service, or of a list in all namespaces. */
function answered(objects: readonly JsonObject[], asked: string): ApiAnswer {
  const [, group = "", version = "v1", rest = ""] = /^\/(?:api|apis\/([^/]+))\/([^/]+)\/(.*)$/.exec(asked) ?? [];
  const parts = rest.split("/");
  const plural = parts.length % 2 === 1 ? parts.at(-1) : parts.at(-2);
  const own = objects.filter(({ apiVersion, kind }) => {
    const [api, ...more] = String(apiVersion).split("/");
    return (more.length === 0 ? "" : api) === group && pluralOf(kind) === plural;
  });
  if (parts.length % 2 === 1) {
    const items = own.map((one) => ({
      ...one,
      metadata: { ...(isGlobal(one) ? {} : { namespace: "default" }), ...one.metadata },
    }));
    return { status: 200, body: { apiVersion: version, items } };
  }
  const name = parts.at(-1);
  const found = own.find(({ metadata }) => metadata.name === name);
  // The namespace `default` is always there, were it not told.
  if (found !== undefined || name === "default") return { status: 200, body: found ?? {} };
  return { status: 404, body: { message: `${plural} "${name}" not found` } };
}

function isGlobal({ kind }: JsonObject): boolean {
  return /^(?:Namespace|Node|CustomResourceDefinition|.*WebhookConfiguration)$/.test(kind);
}

function pluralOf(kind: string): string {
  const name = kind.toLowerCase();
  if (/[^aeiou]y$/.test(name)) return name.replace(/y$/, "ies");
  return /s$/.test(name) ? `${name}es` : `${name}s`;
}
