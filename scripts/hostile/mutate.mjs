/** Requests that real clients once sent, made wrong: by structure (a value, a key, a segment, a header), or byte by byte. */
import { readFileSync } from "node:fs";

const RECORDED = JSON.parse(readFileSync(new URL("../../fixtures/sandbox/requests.json", import.meta.url), "utf8"));
/** What the recorded requests create, to be created again when the fuzzing has deleted it. */
export const CREATES = RECORDED.filter(({ method, path }) => method === "POST" && !/token|self/.test(path));

const BODIES = RECORDED.filter(({ body }) => body?.startsWith("{")).map(({ body }) => JSON.parse(body));
const TYPES = [
  "application/json",
  "application/yaml",
  "application/vnd.kubernetes.protobuf",
  "application/json-patch+json",
  "application/merge-patch+json",
  "application/strategic-merge-patch+json",
  "application/apply-patch+yaml",
  "text/plain",
  "application/cbor",
  "",
  ";;;",
  "application/json; charset=utf-16",
];
const ACCEPTS = [
  "application/json;as=Table;v=v1;g=meta.k8s.io",
  "application/json;as=PartialObjectMetadata;v=v1;g=meta.k8s.io",
  "application/json;as=Nothing;v=v9;g=x",
  "application/vnd.kubernetes.protobuf",
  "*/*",
  "text/html",
  ";as=Table",
  "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList",
];
const WORDS = [
  "..",
  ".",
  "%00",
  "%",
  "%zz",
  "%2F",
  "%C3%28",
  "__proto__",
  "constructor",
  "toString",
  "pods",
  "nodes",
  "namespaces",
  "default",
  "kube-system",
  "web",
  "deployments",
  "status",
  "scale",
  "log",
  "exec",
  "attach",
  "portforward",
  "proxy",
  "eviction",
  "binding",
  "token",
  "finalize",
  "ephemeralcontainers",
  "resize",
  "apis",
  "api",
  "v1",
  "v2",
  "events",
  "customresourcedefinitions",
  "toys",
  "ball",
  "x".repeat(300),
  "%F0%9F%98%80",
  "learn-istio-control-plane",
  "openapi",
  "v3",
];
const PARAMS = {
  labelSelector: [
    "a=b",
    "a in (b",
    "!",
    "!!a",
    "a=b,",
    "=",
    ",,,",
    "a notin ()",
    "x>9",
    "(".repeat(500),
    "a=".repeat(900),
  ],
  fieldSelector: [
    "metadata.name=web",
    "metadata.name",
    "=",
    "\\",
    "a\\",
    "__proto__=x",
    "status.phase!=",
    "!=".repeat(400),
  ],
  resourceVersion: ["0", "1", "-1", "x", "99999999", "1e9", "9".repeat(400), ""],
  resourceVersionMatch: ["Exact", "NotOlderThan", "x"],
  limit: ["0", "-1", "1", "x", "1e99"],
  continue: ["x", "e30=", ""],
  watch: ["true", "1", "x", ""],
  sendInitialEvents: ["true", "false", "x"],
  allowWatchBookmarks: ["true", "x"],
  timeoutSeconds: ["1", "0", "-1", "x", "1e99", "2147483648"],
  fieldManager: ["", "m", "x".repeat(200), "\u0000", "é"],
  fieldValidation: ["Strict", "Warn", "Ignore", "x"],
  force: ["true", "false", "x"],
  dryRun: ["All", "x", ""],
  gracePeriodSeconds: ["0", "-1", "1e9", "x", "99999999999999999999"],
  propagationPolicy: ["Orphan", "Foreground", "Background", "x"],
  orphanDependents: ["true", "x"],
  container: ["web", "x", ""],
  tailLines: ["0", "-1", "x", "999999999999"],
  sinceSeconds: ["0", "-1", "x"],
  sinceTime: ["x", "2026-01-01T00:00:00Z"],
  limitBytes: ["0", "-1", "1"],
  follow: ["true", "x"],
  previous: ["true"],
  timestamps: ["true"],
  command: ["ls", "", "\u0000"],
  stdin: ["true"],
  stdout: ["true"],
  stderr: ["true"],
  tty: ["true"],
  ports: ["80", "x", "99999"],
  pretty: ["true"],
  includeObject: ["Object", "None", "x"],
  timeout: ["32s", "x"],
};
const KEYS = [
  "__proto__",
  "constructor",
  "toString",
  "",
  "$patch",
  "$retainKeys",
  "$setElementOrder/containers",
  "$setElementOrder/ports",
  "$deleteFromPrimitiveList/finalizers",
  "metadata",
  "spec",
  "status",
  "name",
  "namespace",
  "uid",
  "finalizers",
  "ownerReferences",
  "managedFields",
  "deletionTimestamp",
  "creationTimestamp",
  "resourceVersion",
  "generation",
  "labels",
  "annotations",
  "containers",
  "initContainers",
  "volumes",
  "selector",
  "template",
  "replicas",
  "kind",
  "apiVersion",
  "items",
  "op",
  "path",
  "value",
  "from",
  "x",
  "a/b",
  "é\u0000",
];

function nested(depth, isList) {
  let value = 1;
  for (let level = 0; level < depth; level += 1) value = isList ? [value] : { a: value };
  return value;
}

const VALUES = [
  () => null,
  () => [],
  () => ({}),
  () => "",
  () => "x",
  () => 0,
  () => -1,
  () => 1.5,
  () => 2 ** 31,
  () => 2 ** 53,
  () => 1e308,
  () => true,
  () => "merge",
  () => "delete",
  () => "replace",
  () => "\u0000\ud800",
  () => "😀".repeat(100),
  () => "100000000000000000000",
  () => "1e999999",
  () => "999999h",
  () => "2026-13-99T99:99:99Z",
  () => "/spec/containers/0",
  () => ["a", 1, null, {}],
  () => [{ name: "a" }, { name: "a" }, null],
  () => ({ __proto__: null, a: 1 }),
  () => JSON.parse('{"__proto__": {"polluted": true}, "constructor": {"prototype": {"polluted": true}}}'),
  (random) => "x".repeat(random.below(5000)),
  (random) => nested(random.below(300), random.chance(0.5)),
  (random) => Array.from({ length: random.below(200) }, (_, index) => ({ name: `n${index}`, key: String(index) })),
  (random) => random.pick(BODIES),
];

/** One wrong request: `{ from, method, path, headers, body }`, the body as bytes or undefined. */
export function hostileRequest(random) {
  const seed = random.pick(RECORDED);
  const request = {
    from: seed.from,
    method: seed.method,
    path: seed.path,
    headers: { ...seed.headers },
    body: bodyOf(seed),
  };
  const times = 1 + random.below(3);
  for (let time = 0; time < times; time += 1) CHANGES[random.weighted(WEIGHTS)](request, random);
  // The client may send no other characters; the raw connections do.
  request.path = `/${request.path.replace(/^\/+/, "")}`.replace(/[^\x21-\x7e]/g, (sign) =>
    encodeURIComponent(sign.toWellFormed()),
  );
  for (const [name, value] of Object.entries(request.headers))
    request.headers[name] = value.replace(/[^\x20-\x7e]/g, "?");
  return request;
}

/** As it was recorded. */
export function recordedRequest(seed) {
  return { ...seed, headers: { ...seed.headers }, body: bodyOf(seed) };
}

function bodyOf(seed) {
  if (seed.base64 !== undefined) return Buffer.from(seed.base64, "base64");
  return seed.body === undefined ? undefined : Buffer.from(seed.body);
}

const WEIGHTS = {
  value: 8,
  values: 3,
  bytes: 3,
  segment: 3,
  query: 4,
  type: 2,
  accept: 1,
  method: 1,
  header: 1,
  swap: 1,
};

const CHANGES = {
  value: (request, random) => inJson(request, random, 1),
  values: (request, random) => inJson(request, random, 2 + random.below(8)),
  bytes: (request, random) => {
    if (request.body !== undefined) request.body = spoiled(request.body, random);
  },
  segment: (request, random) => {
    const [path, query] = request.path.split("?", 2);
    const parts = path.split("/");
    const at = 1 + random.below(parts.length);
    parts.splice(at, random.below(2), ...(random.chance(0.8) ? [random.pick(WORDS)] : []));
    request.path = query === undefined ? parts.join("/") : `${parts.join("/")}?${query}`;
  },
  query: (request, random) => {
    const name = random.pick(Object.keys(PARAMS));
    const value = random.pick(PARAMS[name]);
    request.path += `${request.path.includes("?") ? "&" : "?"}${name}=${random.chance(0.9) ? encodeURIComponent(value) : value}`;
  },
  type: (request, random) => {
    request.headers["content-type"] = random.pick(TYPES);
    if (random.chance(0.2)) request.body = Buffer.from(random.pick(YAMLS));
  },
  accept: (request, random) => {
    request.headers.accept = random.pick(ACCEPTS);
  },
  method: (request, random) => {
    request.method = random.pick(["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "PROPFIND"]);
  },
  header: (request, random) => {
    const [name, value] = random.pick(HEADERS);
    request.headers[name] = value;
  },
  /** The body of another request. */
  swap: (request, random) => {
    const other = random.pick(RECORDED);
    request.body = bodyOf(other);
    if (random.chance(0.5) && other.headers["content-type"])
      request.headers["content-type"] = other.headers["content-type"];
  },
};

const HEADERS = [
  ["user-agent", "x".repeat(5000)],
  ["user-agent", "/"],
  ["content-encoding", "gzip"],
  ["accept-encoding", "gzip, br;q=x"],
  ["expect", "something"],
  ["if-match", "x"],
  ["impersonate-user", "root"],
  ["x-http-method-override", "DELETE"],
  ["cookie", "a=b; ".repeat(1000)],
  ["range", "bytes=0-1"],
  ["x-stream-protocol-version", "v4.channel.k8s.io"],
];

const YAMLS = [
  "a: &a [x]\nb: &b [*a,*a]\nc: [*b,*b]\n",
  `a0: &a0 [x]\n${Array.from({ length: 30 }, (_, i) => `a${i + 1}: &a${i + 1} [*a${i},*a${i}]`).join("\n")}\n`,
  "? [a]\n: b\n",
  "<<: *x\n",
  "!!js/function x",
  "a: 1\na: 2\n",
  "--- a\n--- b\n",
  "\t- x",
  "{".repeat(2000),
  "- ".repeat(2000),
  "a: !!binary ====",
  "%YAML 9.9\n---\n",
  "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: y\ndata:\n  a: 1\n",
];

function inJson(request, random, times) {
  const text = request.body?.toString("utf8");
  let value;
  try {
    value = JSON.parse(text);
  } catch {
    value = structuredClone(random.pick(BODIES));
    request.headers["content-type"] = "application/json";
  }
  for (let time = 0; time < times; time += 1) value = changed(value, random);
  try {
    request.body = Buffer.from(JSON.stringify(value) ?? "null");
  } catch {
    request.body = Buffer.from("null");
  }
}

/** The value with one place of it changed. */
function changed(root, random) {
  const places = [];
  const walk = (holder, depth) => {
    if (typeof holder !== "object" || holder === null || depth > 40) return;
    for (const key of Object.keys(holder).slice(0, 50)) {
      places.push([holder, key]);
      walk(holder[key], depth + 1);
    }
  };
  walk(root, 0);
  if (places.length === 0 || random.chance(0.02)) return random.pick(VALUES)(random);
  const [holder, key] = random.pick(places);
  const how = random.weighted({ replace: 5, remove: 2, add: 3, double: 1 });
  if (how === "replace") set(holder, key, random.pick(VALUES)(random));
  else if (how === "remove") Array.isArray(holder) ? holder.splice(Number(key), 1) : delete holder[key];
  else if (how === "double") {
    const items = Array.from({ length: 1 + random.below(50) }, () => structuredClone(holder[key]));
    if (Array.isArray(holder)) holder.push(...items);
    else set(holder, key, items);
  } else if (Array.isArray(holder)) holder.push(random.pick(VALUES)(random));
  else set(holder, random.pick(KEYS), random.pick(VALUES)(random));
  return root;
}

/** A key such as `__proto__` is a key like any other here. */
function set(holder, key, value) {
  Object.defineProperty(holder, key, { value, enumerable: true, configurable: true, writable: true });
}

/** Bytes cut, changed, doubled or put in. */
function spoiled(bytes, random) {
  const at = random.below(bytes.length + 1);
  switch (random.below(5)) {
    case 0:
      return bytes.subarray(0, at);
    case 1: {
      const copy = Buffer.from(bytes);
      for (let time = 0; time < 1 + random.below(8); time += 1)
        copy[random.below(copy.length || 1)] = random.below(256);
      return copy;
    }
    case 2:
      return Buffer.concat([bytes.subarray(0, at), random.bytes(random.below(40)), bytes.subarray(at)]);
    case 3:
      return Buffer.concat([bytes.subarray(0, at), bytes.subarray(random.below(bytes.length + 1))]);
    default:
      return Buffer.concat(Array.from({ length: 1 + random.below(20) }, () => bytes));
  }
}
