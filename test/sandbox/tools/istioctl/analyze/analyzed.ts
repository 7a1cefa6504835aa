import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect } from "vitest";
import { type parse, parseAllDocuments } from "yaml";
import { KINDS } from "../../../../../src/sandbox/tools/istioctl/analyze/kinds.ts";
import { istioctl } from "../../../../../src/sandbox/tools/istioctl/index.ts";
import type { ApiAnswer } from "../../../../../src/sandbox/tools/tool.ts";

const BASE = readFileSync(new URL("base.yaml", import.meta.url), "utf8");

/**
 * Runs the `# run:` lines of a case: what each prints, stderr with a bar, and its code. The cluster is the base and the
 * case's objects; what follows `# file: NAME` is a file, `DIR/NAME` to the lines.
 */
export async function analyzed(text: string): Promise<string> {
  const [cluster = "", ...files] = text.split(/^# file: /m);
  const directory = mkdtempSync(path.join(tmpdir(), "analyze-"));
  for (const file of files) {
    const end = file.indexOf("\n");
    const target = path.join(directory, file.slice(0, end));
    mkdirSync(path.dirname(target), { recursive: true });
    writeFileSync(target, file.slice(end + 1));
  }
  const told: string[] = [];
  for (const [, line = ""] of cluster.matchAll(/^# run: (.*)$/gm)) {
    const args = [...line.matchAll(/'([^']*)'|(\S+)/g)].map(([, quoted, bare]) => quoted ?? bare ?? "");
    told.push(`$ ${line}\n${(await run(args.slice(1), cluster, directory)).replaceAll(directory, "DIR")}`);
  }
  rmSync(directory, { recursive: true });
  return told.join("\n");
}

async function run(args: readonly string[], cluster: string, directory: string): Promise<string> {
  const objects = new Map<string, unknown>();
  for (const document of [BASE, cluster].flatMap((one) => parseAllDocuments(one))) {
    const object = document.toJS();
    if (object) objects.set(`${placeOf(object)}|${object.metadata.namespace ?? ""}|${object.metadata.name}`, object);
  }
  const printed: string[] = [];
  const never = (): never => {
    throw new Error("nothing else of the sandbox is asked");
  };
  const code = await istioctl({
    args: args.map((one) => one.replaceAll("DIR", directory)),
    env: { ISTIO_VERSION: "1.31.0" },
    out: (one) => printed.push(one),
    err: (one) => printed.push(one.replaceAll(/^(?=.)/gm, "| ")),
    call: never,
    get: never,
    api: async (method, asked, body) => (method === "GET" ? answered(objects, asked) : reviewed(cluster, asked, body)),
    forward: never,
    readLine: never,
    sleep: never,
    now: never,
  });
  return `${printed.join("")}${code === 0 ? "" : `[${code}]\n`}`;
}

/** A review of access: all may be created but what a case's `# deny: PLURAL` says. */
function reviewed(cluster: string, asked: string, body: unknown): ApiAnswer {
  expect(asked).toBe("/apis/authorization.k8s.io/v1/selfsubjectaccessreviews");
  const { resource, verb } = (body as ReturnType<typeof parse>).spec.resourceAttributes;
  expect(verb).toBe("create");
  return { status: 201, body: { status: { allowed: !cluster.includes(`# deny: ${resource}\n`) } } };
}

/** The list that an object is in, by its path. */
function placeOf({ apiVersion, kind }: ReturnType<typeof parse>): string {
  if (kind === "Version") return "/version";
  if (kind === "CustomResourceDefinition") return "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";
  const { group, plural, versions } = KINDS[kind as keyof typeof KINDS];
  if (!apiVersion.startsWith(group)) throw new Error(`${apiVersion} ${kind} is not of the group ${group}`);
  return `/${group === "" ? "api" : `apis/${group}`}/${versions[0]}/${plural}`;
}

function answered(objects: ReadonlyMap<string, unknown>, asked: string): ApiAnswer {
  if (asked === "/version") return { status: 200, body: objects.get("/version||server") };
  const [, namespace] = /^\/api\/v1\/namespaces\/(.+)$/.exec(asked) ?? [];
  if (namespace !== undefined) {
    const body = objects.get(`/api/v1/namespaces||${namespace}`);
    return body === undefined ? { status: 404, body: { message: "not found" } } : { status: 200, body };
  }
  const items = [...objects].filter(([key]) => key.startsWith(`${asked}|`)).map(([, object]) => object);
  return { status: 200, body: { items } };
}
