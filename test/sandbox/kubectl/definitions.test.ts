import { expect, test } from "vitest";
import { normalise, startCluster, type TestCluster } from "./cluster.ts";

const file = (object: object): string => JSON.stringify(object);

const SPEC = {
  type: "object",
  required: ["size"],
  properties: {
    size: { type: "integer", minimum: 1, maximum: 9 },
    colour: { type: "string", enum: ["red", "blue"], default: "red" },
    label: { type: "string", pattern: "^[a-z]+$", maxLength: 8 },
    port: { anyOf: [{ type: "integer" }, { type: "string" }], "x-kubernetes-int-or-string": true },
    parts: {
      type: "array",
      "x-kubernetes-list-type": "map",
      "x-kubernetes-list-map-keys": ["name"],
      items: {
        type: "object",
        required: ["name"],
        properties: { name: { type: "string" }, weight: { type: "integer", default: 1 } },
      },
    },
    free: { type: "object", "x-kubernetes-preserve-unknown-fields": true },
    replicas: { type: "integer" },
  },
};

function version(name: string, storage: boolean): object {
  return {
    name,
    served: true,
    storage,
    schema: {
      openAPIV3Schema: {
        type: "object",
        properties: { spec: SPEC, status: { type: "object", "x-kubernetes-preserve-unknown-fields": true } },
      },
    },
    subresources: { status: {}, scale: { specReplicasPath: ".spec.replicas", statusReplicasPath: ".status.replicas" } },
    additionalPrinterColumns: [
      { name: "Size", type: "integer", jsonPath: ".spec.size" },
      { name: "Ready", type: "string", jsonPath: '.status.conditions[?(@.type=="Ready")].status' },
      { name: "Parts", type: "string", jsonPath: ".spec.parts[*].name", priority: 1 },
      { name: "Age", type: "date", jsonPath: ".metadata.creationTimestamp" },
    ],
  };
}

const widgets = {
  apiVersion: "apiextensions.k8s.io/v1",
  kind: "CustomResourceDefinition",
  metadata: { name: "widgets.example.com" },
  spec: {
    group: "example.com",
    scope: "Namespaced",
    names: { plural: "widgets", kind: "Widget", shortNames: ["wd"], categories: ["toys"] },
    versions: [version("v1beta1", false), version("v1", true)],
  },
};

function widget(name: string, spec: object = {}, apiVersion = "example.com/v1"): object {
  return { apiVersion, kind: "Widget", metadata: { name }, spec: { size: 3, ...spec } };
}

async function say({ kubectl }: TestCluster, commands: readonly (string | [string, object])[]): Promise<string> {
  const said: string[] = [];
  for (const command of commands) {
    const [words, input] = typeof command === "string" ? [command, undefined] : command;
    said.push(`$ kubectl ${words}\n${await kubectl(words, input && file(input))}`);
  }
  return normalise(said.join("").replaceAll(/\n?$/g, "\n"));
}

test("a definition is served from the moment it is there: names, versions, columns, categories, explain", async () => {
  const cluster = await startCluster();
  expect(
    await say(cluster, [
      "get widgets",
      ["apply -f -", widgets],
      "wait --for=condition=established --timeout=5s crd/widgets.example.com",
      "api-resources --api-group=example.com",
      "get crd",
      ["create -f -", widget("one", { parts: [{ name: "a" }, { name: "b", weight: 2 }] })],
      ["apply -f -", widget("two", {}, "example.com/v1beta1")],
      "get wd",
      "get widgets -o wide",
      "get toys",
      "get all",
      "get widgets.v1beta1.example.com two -o jsonpath={.apiVersion}",
      "get wd one -o jsonpath={.spec}",
      "explain widget.spec",
      "explain wd.spec.parts.weight",
      "scale widget one --replicas=4",
      "get wd one -o jsonpath={.spec.replicas}/{.metadata.generation}",
      "get widgets --field-selector spec.size=3",
    ]),
  ).toMatchInlineSnapshot(`
    "$ kubectl get widgets
    error: the server doesn't have a resource type "widgets"
    $ kubectl apply -f -
    customresourcedefinition.apiextensions.k8s.io/widgets.example.com created
    $ kubectl wait --for=condition=established --timeout=5s crd/widgets.example.com
    customresourcedefinition.apiextensions.k8s.io/widgets.example.com condition met
    $ kubectl api-resources --api-group=example.com
    NAME      SHORTNAMES   APIVERSION       NAMESPACED   KIND
    widgets   wd           example.com/v1   true         Widget
    $ kubectl get crd
    NAME                  CREATED AT
    widgets.example.com   <time>
    $ kubectl create -f -
    widget.example.com/one created
    $ kubectl apply -f -
    widget.example.com/two created
    $ kubectl get wd
    NAME   SIZE   READY   AGE
    one    3              0s
    two    3              0s
    $ kubectl get widgets -o wide
    NAME   SIZE   READY   PARTS   AGE
    one    3              a       0s
    two    3                      0s
    $ kubectl get toys
    NAME   SIZE   READY   AGE
    one    3              0s
    two    3              0s
    $ kubectl get all
    No resources found in default namespace.
    $ kubectl get widgets.v1beta1.example.com two -o jsonpath={.apiVersion}
    example.com/v1beta1$ kubectl get wd one -o jsonpath={.spec}
    {"colour":"red","parts":[{"name":"a","weight":1},{"name":"b","weight":2}],"size":3}$ kubectl explain widget.spec
    GROUP:      example.com
    KIND:       Widget
    VERSION:    v1

    FIELD: spec <Object>


    DESCRIPTION:
        <empty>
    FIELDS:
      colour	<string>
      enum: red, blue
        <no description>

      free	<Object>
        <no description>

      label	<string>
        <no description>

      parts	<[]Object>
        <no description>

      port	<Object>
        <no description>

      replicas	<integer>
        <no description>

      size	<integer> -required-
        <no description>


    $ kubectl explain wd.spec.parts.weight
    GROUP:      example.com
    KIND:       Widget
    VERSION:    v1

    FIELD: weight <integer>


    DESCRIPTION:
        <empty>

    $ kubectl scale widget one --replicas=4
    widget.example.com/one scaled
    $ kubectl get wd one -o jsonpath={.spec.replicas}/{.metadata.generation}
    4/2$ kubectl get widgets --field-selector spec.size=3
    Error from server (BadRequest): Unable to find "example.com/v1, Resource=widgets" that match label selector "", field selector "spec.size=3": field label not supported: spec.size

    "
  `);
  expect(cluster.faults).toEqual([]);
});

test("what a schema does not allow is refused, by its words; what it does not know, by its name", async () => {
  const cluster = await startCluster();
  await cluster.kubectl("apply -f -", file(widgets));
  expect(
    await say(cluster, [
      ["create -f -", widget("a", { size: "big" })],
      ["create -f -", widget("a", { size: 10, colour: "green", label: "Not This" })],
      ["create -f -", { apiVersion: "example.com/v1", kind: "Widget", metadata: { name: "a" }, spec: {} }],
      ["create -f -", widget("a", { parts: [{ name: "x" }, { name: "x" }, {}] })],
      ["create -f -", widget("a", { sise: 1, parts: [{ name: "x", hue: 1 }], free: { any: { thing: 1 } } })],
      ["create --validate=warn -f -", widget("a", { sise: 1, free: { any: [{ thing: 1 }] }, port: "http" })],
      "get wd a -o jsonpath={.spec}",
      ["apply -f -", widget("a", { sise: 2 })],
      ["patch wd a -p {}", {}],
      ['patch wd a --type=merge -p {"spec":{"size":0}}', {}],
      ['patch wd a --type=json -p [{"op":"replace","path":"/spec/size","value":5}]', {}],
      [
        'patch wd a --subresource=status --type=merge -p {"status":{"conditions":[{"type":"Ready","status":"True"}]},"spec":{"size":7}}',
        {},
      ],
      "get wd",
      ["apply --server-side -f -", widget("a", { size: 6 })],
      ["apply --server-side --force-conflicts -f -", widget("a", { size: 6, parts: [{ name: "p" }] })],
      [
        "apply --server-side --field-manager=other -f -",
        { ...widget("a"), spec: { parts: [{ name: "q", weight: 4 }] } },
      ],
      ["apply --server-side -f -", widget("a", { size: 6, nope: 1 })],
      "get wd a -o jsonpath={.spec}",
    ]),
  ).toMatchInlineSnapshot(`
    "$ kubectl create -f -
    The Widget "a" is invalid: spec.size: Invalid value: "string": spec.size in body must be of type integer: "string"
    $ kubectl create -f -
    The Widget "a" is invalid:
    * spec.colour: Unsupported value: "green": supported values: "red", "blue"
    * spec.label: Invalid value: "Not This": spec.label in body should match '^[a-z]+$'
    * spec.size: Invalid value: 10: spec.size in body should be less than or equal to 9
    $ kubectl create -f -
    The Widget "a" is invalid: spec.size: Required value
    $ kubectl create -f -
    The Widget "a" is invalid:
    * spec.parts[2].name: Required value
    * spec.parts[1]: Duplicate value: {"name":"x"}
    $ kubectl create -f -
    Error from server (BadRequest): error when creating "STDIN": Widget in version "v1" cannot be handled as a Widget: strict decoding error: unknown field "spec.parts[0].hue", unknown field "spec.sise"
    $ kubectl create --validate=warn -f -
    widget.example.com/a created
    Warning: unknown field "spec.sise"
    $ kubectl get wd a -o jsonpath={.spec}
    {"colour":"red","free":{"any":[{"thing":1}]},"port":"http","size":3}$ kubectl apply -f -
    Warning: resource widgets/a is missing the kubectl.kubernetes.io/last-applied-configuration annotation which is required by kubectl apply. kubectl apply should only be used on resources created declaratively by either kubectl create --save-config or kubectl apply. The missing annotation will be patched automatically.
    The request is invalid: patch: Invalid value: "{\\"metadata\\":{\\"annotations\\":{\\"kubectl.kubernetes.io/last-applied-configuration\\":\\"{\\\\\\"apiVersion\\\\\\":\\\\\\"example.com/v1\\\\\\",\\\\\\"kind\\\\\\":\\\\\\"Widget\\\\\\",\\\\\\"metadata\\\\\\":{\\\\\\"annotations\\\\\\":{},\\\\\\"name\\\\\\":\\\\\\"a\\\\\\",\\\\\\"namespace\\\\\\":\\\\\\"default\\\\\\"},\\\\\\"spec\\\\\\":{\\\\\\"sise\\\\\\":2,\\\\\\"size\\\\\\":3}}\\\\n\\"}},\\"spec\\":{\\"sise\\":2}}": strict decoding error: unknown field "spec.sise"
    $ kubectl patch wd a -p {}
    error: application/strategic-merge-patch+json is not supported by example.com/v1, Kind=Widget: the body of the request was in an unknown format - accepted media types include: application/json-patch+json, application/merge-patch+json, application/apply-patch+yaml
    $ kubectl patch wd a --type=merge -p {"spec":{"size":0}}
    The Widget "a" is invalid: spec.size: Invalid value: 0: spec.size in body should be greater than or equal to 1
    $ kubectl patch wd a --type=json -p [{"op":"replace","path":"/spec/size","value":5}]
    widget.example.com/a patched
    $ kubectl patch wd a --subresource=status --type=merge -p {"status":{"conditions":[{"type":"Ready","status":"True"}]},"spec":{"size":7}}
    widget.example.com/a patched
    $ kubectl get wd
    NAME   SIZE   READY   AGE
    a      5      True    0s
    $ kubectl apply --server-side -f -
    error: Apply failed with 1 conflict: conflict with "kubectl-patch" using example.com/v1: .spec.size
    Please review the fields above--they currently have other managers. Here
    are the ways you can resolve this warning:
    * If you intend to manage all of these fields, please re-run the apply
      command with the \`--force-conflicts\` flag.
    * If you do not intend to manage all of the fields, please edit your
      manifest to remove references to the fields that should keep their
      current managers.
    * You may co-own fields by updating your manifest to match the existing
      value; in this case, you'll become the manager if the other manager(s)
      stop managing the field (remove it from their configuration).
    See https://kubernetes.io/docs/reference/using-api/server-side-apply/#conflicts
    $ kubectl apply --server-side --force-conflicts -f -
    widget.example.com/a serverside-applied
    $ kubectl apply --server-side --field-manager=other -f -
    widget.example.com/a serverside-applied
    $ kubectl apply --server-side -f -
    Error from server: failed to create typed patch object (default/a; example.com/v1, Kind=Widget): .spec.nope: field not declared in schema
    $ kubectl get wd a -o jsonpath={.spec}
    {"colour":"red","free":{"any":[{"thing":1}]},"parts":[{"name":"p","weight":1},{"name":"q","weight":4}],"port":"http","size":6}
    "
  `);
  expect(cluster.faults).toEqual([]);
});

test("a definition that goes takes its objects with it, the held ones last", async () => {
  const cluster = await startCluster();
  await cluster.kubectl("apply -f -", file(widgets));
  await cluster.kubectl("apply -f -", file(widget("free")));
  const held = { ...widget("held"), metadata: { name: "held", finalizers: ["example.com/hold"] } };
  await cluster.kubectl("apply -f -", file(held));
  const watch = cluster.start("get widgets -w -o name");
  const ended = new Promise<number | null>((resolve) => watch.on("exit", resolve));
  await new Promise((resolve) => watch.stdout?.once("data", resolve));
  expect(
    await say(cluster, [
      "delete crd widgets.example.com --wait=false",
      "get wd",
      ["create -f -", widget("new")],
      'get crd widgets.example.com -o jsonpath={.status.conditions[?(@.type=="Terminating")].reason}',
      'patch wd held --type=merge -p {"metadata":{"finalizers":null}}',
      "get crd",
    ]),
  ).toMatchInlineSnapshot(`
    "$ kubectl delete crd widgets.example.com --wait=false
    customresourcedefinition.apiextensions.k8s.io "widgets.example.com" deleted
    $ kubectl get wd
    NAME   SIZE   READY   AGE
    held   3              0s
    $ kubectl create -f -
    Error from server (MethodNotAllowed): error when creating "STDIN": create not allowed while custom resource definition is terminating
    $ kubectl get crd widgets.example.com -o jsonpath={.status.conditions[?(@.type=="Terminating")].reason}
    InstanceDeletionInProgress$ kubectl patch wd held --type=merge -p {"metadata":{"finalizers":null}}
    widget.example.com/held patched
    $ kubectl get crd
    No resources found

    "
  `);
  expect(await ended).toBe(0);
  expect(cluster.registry.kinds.find("example.com", "v1", "widgets")).toBeUndefined();
  expect(cluster.faults).toEqual([]);
});

test("a definition that is wrong is refused; names that are taken are not accepted", async () => {
  const cluster = await startCluster();
  await cluster.kubectl("apply -f -", file(widgets));
  const gadgets = {
    ...widgets,
    metadata: { name: "gadgets.example.com" },
    spec: { ...widgets.spec, names: { plural: "gadgets", kind: "Gadget", shortNames: ["wd"] } },
  };
  const wrong = {
    ...widgets,
    metadata: { name: "wrong.example.com" },
    spec: { ...widgets.spec, scope: "Global", versions: [{ name: "v1", served: true, storage: false }] },
  };
  expect(
    await say(cluster, [
      ["create -f -", wrong],
      ["create -f -", gadgets],
      "get crd gadgets.example.com -o jsonpath={.status.conditions[*].reason}/{.status.conditions[0].message}",
      "get gadgets",
    ]),
  ).toMatchInlineSnapshot(`
    "$ kubectl create -f -
    The CustomResourceDefinition "wrong.example.com" is invalid:
    * metadata.name: Invalid value: "wrong.example.com": must be spec.names.plural+"."+spec.group
    * spec.scope: Unsupported value: "Global": supported values: "Cluster", "Namespaced"
    * spec.versions: Invalid value: null: must have exactly one version marked as storage version
    * spec.versions[0].schema.openAPIV3Schema: Required value: schemas are required
    $ kubectl create -f -
    customresourcedefinition.apiextensions.k8s.io/gadgets.example.com created
    $ kubectl get crd gadgets.example.com -o jsonpath={.status.conditions[*].reason}/{.status.conditions[0].message}
    ShortNamesConflict NotAccepted/"wd" is already in use$ kubectl get gadgets
    error: the server doesn't have a resource type "gadgets"

    "
  `);
});
