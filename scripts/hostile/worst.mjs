/** Requests that are not malformed but made to cost: each once aimed at something quadratic, or at the stack. */

const DEPLOYMENT = "/apis/apps/v1/namespaces/default/deployments/web";
const TOY = "/apis/example.com/v1/namespaces/default/toys";

function request(method, path, type, body) {
  return { from: "worst", method, path, headers: { "content-type": `application/${type}` }, body: Buffer.from(body) };
}

const json = (method, path, type, value) => request(method, path, type, JSON.stringify(value));
const many = (count, make) => Array.from({ length: count }, (_, index) => make(index));
const configMap = (name, more) => ({ apiVersion: "v1", kind: "ConfigMap", metadata: { name }, ...more });
const STRATEGIC = "strategic-merge-patch+json";
const CONFIGMAPS = "/api/v1/namespaces/default/configmaps";
const inContainers = (containers, more = {}) => ({ spec: { template: { spec: { containers, ...more } } } });

function definition(plural, spec, specRules = []) {
  return {
    apiVersion: "apiextensions.k8s.io/v1",
    kind: "CustomResourceDefinition",
    metadata: { name: `${plural}.example.com` },
    spec: {
      group: "example.com",
      scope: "Namespaced",
      names: { plural, singular: plural, kind: plural[0].toUpperCase() + plural.slice(1) },
      versions: [
        {
          name: "v1",
          served: true,
          storage: true,
          schema: {
            openAPIV3Schema: {
              type: "object",
              properties: { spec: { type: "object", properties: spec, "x-kubernetes-validations": specRules } },
            },
          },
        },
      ],
    },
  };
}

const CRDS = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";
const custom = (plural, spec) => ({
  apiVersion: "example.com/v1",
  kind: plural[0].toUpperCase() + plural.slice(1),
  metadata: { name: "one" },
  spec,
});

/** Name → the requests, in order; each must be answered, whatever the answer, without much of the processor's time. */
export const WORST = {
  "lists in lists, 1,400,000 deep": [request("POST", CONFIGMAPS, "json", "[".repeat(1_400_000))],
  "objects in objects, 100,000 deep": [
    request("POST", CONFIGMAPS, "json", `${'{"a":'.repeat(100_000)}1${"}".repeat(100_000)}`),
    request(
      "POST",
      CONFIGMAPS,
      "json",
      `{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"deep"},"data":${'{"a":'.repeat(100_000)}1${"}".repeat(100_000)}}`,
    ),
    request("PATCH", DEPLOYMENT, "merge-patch+json", `{"metadata":${'{"a":'.repeat(100_000)}1${"}".repeat(100_000)}}`),
    request("PATCH", DEPLOYMENT, STRATEGIC, `{"spec":${'{"a":'.repeat(100_000)}1${"}".repeat(100_000)}}`),
    request(
      "PATCH",
      DEPLOYMENT,
      "json-patch+json",
      `[{"op":"add","path":"/spec/x","value":${"[".repeat(100_000)}${"]".repeat(100_000)}}]`,
    ),
    request(
      "PATCH",
      `${TOY}/ball?fieldManager=m`,
      "apply-patch+yaml",
      `{"apiVersion":"example.com/v1","kind":"Toy","spec":${'{"a":'.repeat(100_000)}1${"}".repeat(100_000)}}`,
    ),
    request("DELETE", `${CONFIGMAPS}/nope`, "json", `{"a":${"[".repeat(100_000)}${"]".repeat(100_000)}}`),
  ],
  "YAML: flows in flows": [request("POST", CONFIGMAPS, "yaml", "[".repeat(100_000))],
  "YAML: aliases of aliases": [
    request(
      "POST",
      CONFIGMAPS,
      "yaml",
      `a0: &a0 [x,x]\n${many(40, (i) => `a${i + 1}: &a${i + 1} [*a${i},*a${i}]`).join("\n")}\n`,
    ),
  ],
  "YAML: 3 MB of keys": [request("POST", CONFIGMAPS, "yaml", many(200_000, (i) => `key${i}: v`).join("\n"))],
  "JSON patch: 90,000 operations": [
    json(
      "PATCH",
      DEPLOYMENT,
      "json-patch+json",
      many(90_000, () => ({ op: "add", path: "/a", value: 1 })),
    ),
    json("PATCH", DEPLOYMENT, "json-patch+json", [
      { op: "add", path: "/metadata/annotations/x", value: "x" },
      ...many(9999, () => ({ op: "test", path: "/metadata/annotations/x", value: "x" })),
    ]),
  ],
  "JSON patch: copies of copies": [
    json("PATCH", DEPLOYMENT, "json-patch+json", [
      { op: "add", path: "/x", value: { a: ["x".repeat(1000)] } },
      ...many(40, (i) => ({ op: "copy", from: "/x", path: `/x/c${i}` })),
    ]),
  ],
  "JSON patch: inserts at the front": [
    json("PATCH", DEPLOYMENT, "json-patch+json", [
      { op: "add", path: "/x", value: many(500_000, () => 1) },
      ...many(9000, () => ({ op: "add", path: "/x/0", value: 1 })),
    ]),
  ],
  "strategic merge: 60,000 elements by key": [
    json("PATCH", DEPLOYMENT, STRATEGIC, inContainers(many(60_000, (i) => ({ name: `c${i}` })))),
    json(
      "PATCH",
      DEPLOYMENT,
      STRATEGIC,
      inContainers([{ name: "web", env: many(60_000, (i) => ({ name: `E${i}` })) }]),
    ),
    json(
      "PATCH",
      DEPLOYMENT,
      STRATEGIC,
      inContainers([{ name: "web" }], { "$setElementOrder/containers": many(60_000, (i) => ({ name: `c${i}` })) }),
    ),
    json("PATCH", DEPLOYMENT, STRATEGIC, { metadata: { finalizers: many(90_000, (i) => `example.com/f${i}`) } }),
    json("PATCH", DEPLOYMENT, STRATEGIC, {
      metadata: {
        "$deleteFromPrimitiveList/finalizers": many(90_000, (i) => `f${i}`),
        finalizers: many(90_000, (i) => `g${i}`),
      },
    }),
    json("PATCH", DEPLOYMENT, STRATEGIC, {
      $retainKeys: many(90_000, (i) => `k${i}`),
      ...Object.fromEntries(many(60_000, (i) => [`k${i}`, 1])),
    }),
  ],
  "apply: 30,000 elements by key": [
    json("PATCH", `${TOY}/many?fieldManager=a&force=true`, "apply-patch+yaml", {
      ...custom("toy", { colour: "red", parts: many(30_000, (i) => ({ name: `p${i}` })) }),
      metadata: { name: "many" },
    }),
    json("PATCH", `${TOY}/many?fieldManager=b&force=true`, "apply-patch+yaml", {
      ...custom("toy", { colour: "blue", parts: many(30_000, (i) => ({ name: `p${i}` })) }),
      metadata: { name: "many" },
    }),
    json("PATCH", `${DEPLOYMENT}?fieldManager=b&force=true`, "apply-patch+yaml", {
      apiVersion: "apps/v1",
      kind: "Deployment",
      ...inContainers([{ name: "web", image: "nginx", env: many(20_000, (i) => ({ name: `E${i}`, value: "x" })) }]),
    }),
  ],
  "a deployment with 60,000 variables": [
    json("POST", "/apis/apps/v1/namespaces/default/deployments", "json", {
      apiVersion: "apps/v1",
      kind: "Deployment",
      metadata: { name: "huge" },
      spec: {
        replicas: 0,
        selector: { matchLabels: { a: "b" } },
        template: {
          metadata: { labels: { a: "b" } },
          spec: {
            containers: [
              {
                name: "c",
                image: "x",
                env: many(60_000, (i) => ({ name: `E${i}` })),
                ports: many(10_000, (i) => ({ containerPort: (i % 60_000) + 1 })),
              },
            ],
          },
        },
      },
    }),
  ],
  "names, labels and selectors of a megabyte": [
    json("POST", CONFIGMAPS, "json", configMap(`${"a-".repeat(500_000)}!`)),
    json("POST", CONFIGMAPS, "json", configMap(`${"a.".repeat(500_000)}!`)),
    json(
      "POST",
      CONFIGMAPS,
      "json",
      configMap("labels", {
        metadata: { name: "labels", labels: { [`${"a-".repeat(500_000)}!`]: `${"a.".repeat(500_000)}!` } },
      }),
    ),
    json(
      "POST",
      CONFIGMAPS,
      "json",
      configMap("long-annotations", {
        metadata: { name: "annotations", annotations: Object.fromEntries(many(100_000, (i) => [`a${i}`, ""])) },
      }),
    ),
    json(
      "POST",
      CONFIGMAPS,
      "json",
      configMap("owners", {
        metadata: {
          name: "owners",
          ownerReferences: many(15_000, (i) => ({ apiVersion: "v1", kind: "Pod", name: `p${i}`, uid: `u${i}` })),
        },
      }),
    ),
    json(
      "POST",
      CONFIGMAPS,
      "json",
      configMap("finalizers", {
        metadata: { name: "finalizers", finalizers: many(100_000, (i) => `example.com/f${i}`) },
      }),
    ),
    { from: "worst", method: "GET", path: `/api/v1/pods?labelSelector=${"a%2C".repeat(50_000)}`, headers: {} },
    { from: "worst", method: "GET", path: `/api/v1/pods?labelSelector=a%20in%20(${"a,".repeat(90_000)})`, headers: {} },
    { from: "worst", method: "GET", path: `/api/v1/pods?fieldSelector=${"%20".repeat(60_000)}`, headers: {} },
    { from: "worst", method: "GET", path: `/api/v1/pods?fieldSelector=${"%5C".repeat(60_000)}`, headers: {} },
    { from: "worst", method: "GET", path: `/api/v1/pods?fieldSelector=${"a!".repeat(90_000)}`, headers: {} },
  ],
  "quantities, times and numbers without end": [
    json(
      "PATCH",
      DEPLOYMENT,
      STRATEGIC,
      inContainers([
        { name: "web", resources: { requests: { cpu: "1e999999999", memory: `${"9".repeat(1_000_000)}Ei` } } },
      ]),
    ),
    json(
      "PATCH",
      DEPLOYMENT,
      STRATEGIC,
      inContainers([{ name: "web", resources: { requests: { cpu: `${"0".repeat(500_000)}!` } } }]),
    ),
    json("POST", "/apis/batch/v1/namespaces/default/cronjobs", "json", {
      apiVersion: "batch/v1",
      kind: "CronJob",
      metadata: { name: "never" },
      spec: {
        schedule: "0 0 31 2 *",
        jobTemplate: {
          spec: { template: { spec: { restartPolicy: "Never", containers: [{ name: "a", image: "b" }] } } },
        },
      },
    }),
    json("POST", "/apis/batch/v1/namespaces/default/cronjobs", "json", {
      apiVersion: "batch/v1",
      kind: "CronJob",
      metadata: { name: "long" },
      spec: {
        schedule: `${"1,".repeat(500_000)}1 * * * *`,
        jobTemplate: {
          spec: { template: { spec: { restartPolicy: "Never", containers: [{ name: "a", image: "b" }] } } },
        },
      },
    }),
  ],
  "patterns that never end": [
    json(
      "POST",
      CRDS,
      "json",
      definition("slows", {
        text: { type: "string", pattern: "^(a+)+$" },
        other: { type: "string", pattern: "^([a-z0-9]+([-_.][a-z0-9]+)*)+@x$" },
      }),
    ),
    json(
      "POST",
      "/apis/example.com/v1/namespaces/default/slows",
      "json",
      custom("slows", { text: `${"a".repeat(40)}!` }),
    ),
    json(
      "POST",
      "/apis/example.com/v1/namespaces/default/slows",
      "json",
      custom("slows", { other: `${"a".repeat(100_000)}!` }),
    ),
  ],
  "rules that never end": [
    json(
      "POST",
      CRDS,
      "json",
      definition("rules", { list: { type: "array", items: { type: "integer" } }, text: { type: "string" } }, [
        { rule: "self.list.all(a, self.list.all(b, self.list.all(c, a + b + c >= 0)))" },
        { rule: "!has(self.text) || !self.text.matches('^(a+)+$')" },
      ]),
    ),
    json(
      "POST",
      "/apis/example.com/v1/namespaces/default/rules",
      "json",
      custom("rules", { list: many(2000, () => 1) }),
    ),
    json(
      "POST",
      "/apis/example.com/v1/namespaces/default/rules",
      "json",
      custom("rules", { list: [], text: `${"a".repeat(40)}!` }),
    ),
  ],
  "schemas of alternatives": [
    json(
      "POST",
      CRDS,
      "json",
      definition("deeps", {
        x: many(14, (i) => i).reduce(
          (inner) => ({
            type: "object",
            properties: { x: inner },
            oneOf: [{ properties: { x: { anyOf: [{}, {}] } } }, { properties: { x: { not: {} } } }],
          }),
          { type: "string" },
        ),
      }),
    ),
    json(
      "POST",
      "/apis/example.com/v1/namespaces/default/deeps",
      "json",
      custom(
        "deeps",
        many(14, (i) => i).reduce((inner) => ({ x: inner }), { x: "s" }),
      ),
    ),
  ],
  "sets of 60,000 that must differ": [
    json(
      "POST",
      CRDS,
      "json",
      definition("sets", { list: { type: "array", items: { type: "string" }, "x-kubernetes-list-type": "set" } }),
    ),
    json(
      "POST",
      "/apis/example.com/v1/namespaces/default/sets",
      "json",
      custom("sets", { list: many(60_000, (i) => `s${i}`) }),
    ),
    json("PATCH", "/apis/example.com/v1/namespaces/default/sets/two?fieldManager=m", "apply-patch+yaml", {
      ...custom("sets", { list: many(60_000, (i) => `s${i}`) }),
      metadata: { name: "two" },
    }),
    json("PATCH", "/apis/example.com/v1/namespaces/default/sets/two?fieldManager=n", "apply-patch+yaml", {
      ...custom("sets", { list: many(60_000, (i) => `t${i}`) }),
      metadata: { name: "two" },
    }),
  ],
};
