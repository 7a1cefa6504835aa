import { execFile } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import os from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { AGGREGATED_DISCOVERY_TYPE, aggregatedDiscovery } from "../../../src/sandbox/api/discovery.ts";
import { openApiDocument, openApiIndex } from "../../../src/sandbox/api/openapi.ts";
import { decodeProtobuf } from "../../../src/sandbox/api/protobuf.ts";
import { findKubectl } from "../../support/kubectl.ts";

const PROTOBUF = "application/vnd.kubernetes.protobuf";

let server: Server;
let dir: string;
let bodies: { readonly type: string; readonly body: Uint8Array }[] = [];

/** Serves what kubectl reads before it writes, and keeps what it writes. */
async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const url = new URL(request.url ?? "/", "http://localhost");
  if (request.method === "POST") return record(request, response);
  const [, , , root, first = "", second = ""] = url.pathname.split("/");
  const replies: Readonly<Record<string, () => object | undefined>> = {
    "/api": () => aggregatedDiscovery("api"),
    "/apis": () => aggregatedDiscovery("apis"),
    "/openapi/v3": openApiIndex,
    "/version": () => ({ major: "1", minor: "35", gitVersion: "v1.35.0" }),
  };
  const openapi = () => (root === "api" ? openApiDocument("", first) : openApiDocument(first, second));
  const reply = url.pathname.startsWith("/openapi/v3/") ? openapi() : replies[url.pathname]?.();
  const type = url.pathname.startsWith("/api") ? AGGREGATED_DISCOVERY_TYPE : "application/json";
  response.writeHead(reply ? 200 : 404, { "content-type": type }).end(JSON.stringify(reply ?? {}));
}

async function record(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const chunks: Buffer[] = [];
  for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
  const body = Buffer.concat(chunks);
  const type = request.headers["content-type"] ?? "";
  bodies.push({ type, body });
  const object = type === PROTOBUF ? decodeProtobuf(body) : JSON.parse(body.toString());
  response
    .writeHead(201, { "content-type": "application/json" })
    .end(JSON.stringify({ ...object, status: { token: "t" } }));
}

beforeAll(async () => {
  dir = mkdtempSync(path.join(os.tmpdir(), "li-protobuf-"));
  server = createServer((request, response) => {
    serve(request, response).catch((error) => response.writeHead(500).end(String(error)));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
});

afterAll(async () => {
  await new Promise((resolve) => server.close(resolve));
  rmSync(dir, { recursive: true, force: true });
});

function run(args: readonly string[]): Promise<string> {
  const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const env = {
    PATH: process.env.PATH,
    HOME: dir,
    KUBECACHEDIR: path.join(dir, "cache"),
    KUBECONFIG: path.join(dir, "none"),
  };
  return new Promise((resolve, reject) => {
    execFile(findKubectl(), ["--server", address, ...args], { env }, (error, stdout, stderr) =>
      error ? reject(new Error(`${error.message}\n${stderr}`)) : resolve(stdout),
    );
  });
}

/** What `--dry-run=client` prints and the wire leaves out: empty objects, unset times, and nulls. */
function plain(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== "object" || value === null) return value;
  const fields = Object.entries(value)
    .map(([key, item]): [string, unknown] => [key, plain(item)])
    .filter(([, item]) => item !== null && !(typeof item === "object" && Object.keys(item as object).length === 0));
  return Object.fromEntries(fields);
}

const FORMS = [
  "create namespace team-a",
  "create deployment web --image=nginx:1.27 --replicas=0 --port=80",
  "create configmap settings --from-literal=a=1 --from-literal=b=two",
  "create secret generic login --from-literal=user=me --from-literal=password=s3cret",
  "create secret docker-registry pull --docker-server=example.com --docker-username=u --docker-password=p",
  "create serviceaccount robot",
  "create service clusterip web --tcp=80:8080 --tcp=443:https",
  "create service clusterip headless --clusterip=None",
  "create service nodeport web --tcp=80 --node-port=30080",
  "create service loadbalancer web --tcp=80:8080",
  "create service externalname outside --external-name=example.com",
  "create job once --image=busybox -- echo hello",
  "create cronjob often --image=busybox --schedule=*/5\u00a0*\u00a0*\u00a0*\u00a0* -- date",
  "create role reader --verb=get,list --resource=pods,deployments.apps",
  "create clusterrole all --verb=* --resource=nodes",
  "create rolebinding readers --role=reader --user=jane --serviceaccount=default:robot",
  "create clusterrolebinding all --clusterrole=all --group=admins",
  "create quota small --hard=cpu=1,memory=1Gi,pods=10",
  "create ingress front --class=nginx --rule=example.com/path*=web:80,tls=cert",
  "create pdb web --selector=app=web --min-available=50%",
  "create pdb web --selector=app=web --max-unavailable=1",
  "create priorityclass high --value=1000 --global-default=true --description=for\u00a0all",
];

/** No-break spaces stand for blanks within a word. */
const words = (form: string): string[] => form.split(" ").map((word) => word.replaceAll("\u00a0", " "));

describe("what kubectl writes as protobuf is what it prints as JSON", () => {
  test.each(FORMS)("%s", async (form) => {
    bodies = [];
    const [options, command] = form.split(" -- ");
    const tail = command ? ["--", ...words(command)] : [];
    await run([...words(options ?? ""), "-n", "default", "--validate=false", ...tail]);
    const printed = await run([...words(options ?? ""), "-n", "default", "--dry-run=client", "-o", "json", ...tail]);
    expect(bodies.map(({ type }) => type)).toEqual([PROTOBUF]);
    expect(plain(decodeProtobuf(bodies[0]?.body ?? new Uint8Array()))).toEqual(plain(JSON.parse(printed)));
  });

  test("a token request names no kind that the cluster stores", async () => {
    bodies = [];
    await run(["create", "token", "robot", "-n", "default", "--duration=10m", "--audience=mesh"]);
    expect(decodeProtobuf(bodies[0]?.body ?? new Uint8Array())).toEqual({
      kind: "TokenRequest",
      apiVersion: "authentication.k8s.io/v1",
      metadata: {},
      spec: { audiences: ["mesh"], expirationSeconds: 600 },
      status: { token: "", expirationTimestamp: null },
    });
  });
});

describe("what is no message of Kubernetes", () => {
  const bytes = (text: string): Uint8Array => Buffer.from(text, "latin1");
  test.each([
    ["JSON", bytes("{}"), "the body does not begin with the prefix of Kubernetes' protobuf"],
    ["an unknown kind", bytes("k8s\0\x0a\x08\x0a\x02v9\x12\x02No"), 'no kind "No" is registered for version "v9"'],
    ["a field that ends early", bytes("k8s\0\x0a\x7fx"), "the protobuf message ends within a field"],
    ["a number that ends early", bytes("k8s\0\x0a\xff"), "the protobuf message ends within a number"],
    ["an endless number", bytes(`k8s\0${"\xff".repeat(11)}`), "a protobuf number is longer than 10 bytes"],
  ])("%s is refused", (_, body, message) => {
    expect(() => decodeProtobuf(body)).toThrow(message);
  });
});
