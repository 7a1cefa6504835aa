import { expect, test } from "vitest";
import {
  aggregatedDiscovery,
  apiGroup,
  apiGroupList,
  apiResourceList,
  apiVersions,
} from "../../../src/sandbox/api/discovery.ts";
import { KINDS, type Kind, kindOf } from "../../../src/sandbox/kinds/index.ts";

interface Discovery {
  readonly items: readonly {
    readonly metadata: { readonly name?: string };
    readonly versions: readonly {
      readonly version: string;
      readonly resources: readonly { readonly resource: string }[];
    }[];
  }[];
}

const versionsOf = ({ items }: Discovery): string[] =>
  items.flatMap(({ metadata, versions }) => versions.map(({ version }) => `${metadata.name ?? ""}/${version}`));

test("every kind is discovered once, in either form", () => {
  const all = [...(aggregatedDiscovery("api") as Discovery).items, ...(aggregatedDiscovery("apis") as Discovery).items];
  const aggregated = all.flatMap(({ metadata, versions }) =>
    versions.flatMap(({ version, resources }) =>
      resources.map(({ resource }) => `${metadata.name ?? ""}/${version}/${resource}`),
    ),
  );
  const plain = KINDS.map(({ group, version }) => apiResourceList(group, version) as { resources: { name: string }[] });
  expect(KINDS).toHaveLength(66);
  expect(new Set(aggregated)).toEqual(
    new Set(KINDS.map(({ group, version, plural }) => `${group}/${version}/${plural}`)),
  );
  expect(aggregated).toHaveLength(KINDS.length);
  expect(new Set(plain.flatMap(({ resources }) => resources.map(({ name }) => name)))).toEqual(
    new Set(
      KINDS.flatMap(({ plural, subresources }) => [
        plural,
        ...Object.keys(subresources).map((sub) => `${plural}/${sub}`),
      ]),
    ),
  );
});

test("groups stand in upstream's order, the preferred version first", () => {
  expect(versionsOf(aggregatedDiscovery("api") as Discovery)).toEqual(["/v1"]);
  expect(versionsOf(aggregatedDiscovery("apis") as Discovery)).toEqual([
    "apiregistration.k8s.io/v1",
    "apps/v1",
    "events.k8s.io/v1",
    "authentication.k8s.io/v1",
    "authorization.k8s.io/v1",
    "autoscaling/v2",
    "autoscaling/v1",
    "batch/v1",
    "certificates.k8s.io/v1",
    "networking.k8s.io/v1",
    "policy/v1",
    "rbac.authorization.k8s.io/v1",
    "storage.k8s.io/v1",
    "admissionregistration.k8s.io/v1",
    "apiextensions.k8s.io/v1",
    "scheduling.k8s.io/v1",
    "coordination.k8s.io/v1",
    "node.k8s.io/v1",
    "discovery.k8s.io/v1",
    "flowcontrol.apiserver.k8s.io/v1",
    "resource.k8s.io/v1",
  ]);
});

test("a resource says what clients need of it", () => {
  const apps = (aggregatedDiscovery("apis") as Discovery).items.find(({ metadata }) => metadata.name === "apps");
  expect(apps?.versions[0]?.resources.find(({ resource }) => resource === "deployments")).toEqual({
    resource: "deployments",
    responseKind: { group: "apps", version: "v1", kind: "Deployment" },
    scope: "Namespaced",
    singularResource: "deployment",
    verbs: ["create", "delete", "deletecollection", "get", "list", "patch", "update", "watch"],
    shortNames: ["deploy"],
    categories: ["all"],
    subresources: [
      {
        subresource: "scale",
        responseKind: { group: "autoscaling", version: "v1", kind: "Scale" },
        verbs: ["get", "patch", "update"],
      },
      {
        subresource: "status",
        responseKind: { group: "apps", version: "v1", kind: "Deployment" },
        verbs: ["get", "patch", "update"],
      },
    ],
  });
});

test("the plain form names a foreign kind of a subresource", () => {
  const { resources } = apiResourceList("apps", "v1") as { resources: { name: string }[] };
  expect(resources.filter(({ name }) => name.startsWith("deployments/"))).toEqual([
    {
      name: "deployments/scale",
      singularName: "",
      namespaced: true,
      group: "autoscaling",
      version: "v1",
      kind: "Scale",
      verbs: ["get", "patch", "update"],
    },
    {
      name: "deployments/status",
      singularName: "",
      namespaced: true,
      kind: "Deployment",
      verbs: ["get", "patch", "update"],
    },
  ]);
});

test("kinds of a group of their own stand behind those of Kubernetes", () => {
  const deployment = kindOf("apps/v1", "Deployment");
  const gateway = { ...deployment, group: "networking.istio.io", version: "v1", plural: "gateways" } as Kind;
  const discovery = aggregatedDiscovery("apis", [...KINDS, gateway]) as Discovery;
  expect(versionsOf(discovery).at(-1)).toBe("networking.istio.io/v1");
});

test("single groups", () => {
  expect(apiGroup("autoscaling")).toEqual({
    kind: "APIGroup",
    apiVersion: "v1",
    name: "autoscaling",
    versions: [
      { groupVersion: "autoscaling/v2", version: "v2" },
      { groupVersion: "autoscaling/v1", version: "v1" },
    ],
    preferredVersion: { groupVersion: "autoscaling/v2", version: "v2" },
  });
  expect([apiGroup("nowhere"), apiGroup(""), apiResourceList("apps", "v9")]).toEqual([undefined, undefined, undefined]);
  expect((apiGroupList() as { groups: unknown[] }).groups).toContainEqual(
    expect.objectContaining({ name: "apps", preferredVersion: { groupVersion: "apps/v1", version: "v1" } }),
  );
  expect(apiVersions("10.0.0.1:6443")).toEqual({
    kind: "APIVersions",
    versions: ["v1"],
    serverAddressByClientCIDRs: [{ clientCIDR: "0.0.0.0/0", serverAddress: "10.0.0.1:6443" }],
  });
});
