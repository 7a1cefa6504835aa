import { beforeEach, describe, expect, test } from "vitest";
import { clusterAdmission } from "../../../src/sandbox/admission/index.ts";
import { Registry, StatusError } from "../../../src/sandbox/api/index.ts";
import { type Kind, kindOf } from "../../../src/sandbox/kinds/index.ts";
import type { JsonObject, KubeObject } from "../../../src/sandbox/objects/index.ts";
import { createStore } from "../../../src/sandbox/store/index.ts";
import { seeded } from "../api/seeded.ts";

let registry: Registry;

beforeEach(() => {
  const random = seeded(5);
  const clock = (): number => Date.parse("2026-01-01T00:00:00Z");
  const store = createStore({ clock, random });
  registry = new Registry({ store, clock, random, admit: clusterAdmission(store, {}) });
});

function kind(apiVersion: string, word: string): Kind {
  const found = kindOf(apiVersion, word);
  if (!found) throw new Error(`no kind ${word}`);
  return found;
}

/** What the client is told: a refusal, or warnings. */
function told(write: () => { readonly warnings: readonly string[] }): string {
  try {
    return write().warnings.join("\n");
  } catch (error) {
    if (error instanceof StatusError) return `${error.status.code} ${error.message}`;
    throw error;
  }
}

function labelled(labels: JsonObject): ReturnType<Registry["create"]> {
  const object = { apiVersion: "v1", kind: "Namespace", metadata: { name: "n", labels } } as unknown as KubeObject;
  return registry.create(kind("v1", "Namespace"), undefined, object);
}

const level = (mode: string, name: string): JsonObject => ({ [`pod-security.kubernetes.io/${mode}`]: name });

function pod(spec: JsonObject, name = "p"): ReturnType<Registry["create"]> {
  const object = { apiVersion: "v1", kind: "Pod", metadata: { name }, spec } as unknown as KubeObject;
  return registry.create(kind("v1", "Pod"), "n", object);
}

const one = (securityContext: JsonObject = {}, more: JsonObject = {}): JsonObject => ({
  containers: [{ name: "a", image: "i", securityContext, ...more }],
});
const STRICT = {
  allowPrivilegeEscalation: false,
  capabilities: { drop: ["ALL"] },
  runAsNonRoot: true,
  seccompProfile: { type: "RuntimeDefault" },
};

describe("baseline refuses", () => {
  test.each<[string, JsonObject]>([
    ['privileged (container "a" must not set securityContext.privileged=true)', one({ privileged: true })],
    ["host namespaces (hostNetwork=true, hostPID=true)", { ...one(), hostPID: true, hostNetwork: true }],
    ['hostPath volumes (volume "v")', { ...one(), volumes: [{ name: "v", hostPath: { path: "/" } }] }],
    [
      'hostPort (container "a" uses hostPorts 80, 81)',
      one(
        {},
        {
          ports: [
            { containerPort: 1, hostPort: 81 },
            { containerPort: 2, hostPort: 80 },
          ],
        },
      ),
    ],
    [
      'non-default capabilities (containers "a", "b" must not include "NET_ADMIN", "SYS_TIME" in securityContext.capabilities.add)',
      {
        containers: [
          { name: "a", image: "i", securityContext: { capabilities: { add: ["SYS_TIME", "CHOWN"] } } },
          { name: "b", image: "i", securityContext: { capabilities: { add: ["NET_ADMIN"] } } },
        ],
      },
    ],
    ['procMount (container "a" must not set securityContext.procMount to "Unmasked")', one({ procMount: "Unmasked" })],
    [
      'seccompProfile (pod and container "a" must not set securityContext.seccompProfile.type to "Unconfined")',
      {
        ...one({ seccompProfile: { type: "Unconfined" } }),
        securityContext: { seccompProfile: { type: "Unconfined" } },
      },
    ],
    [
      "forbidden sysctls (kernel.msgmax)",
      { ...one(), securityContext: { sysctls: [{ name: "kernel.msgmax", value: "1" }] } },
    ],
    [
      'seLinuxOptions (container "a" set forbidden securityContext.seLinuxOptions: type "x"; user may not be set)',
      one({ seLinuxOptions: { type: "x", user: "u" } }),
    ],
  ])("%s", (violation, spec) => {
    labelled(level("enforce", "baseline"));
    expect(told(() => pod(spec))).toBe(
      `403 pods "p" is forbidden: violates PodSecurity "baseline:latest": ${violation}`,
    );
  });

  test("nothing of an ordinary pod", () => {
    labelled(level("enforce", "baseline"));
    expect(told(() => pod(one()))).toBe("");
  });
});

describe("restricted refuses", () => {
  test.each<[string, JsonObject]>([
    [
      'allowPrivilegeEscalation != false (container "a" must set securityContext.allowPrivilegeEscalation=false), ' +
        'unrestricted capabilities (container "a" must set securityContext.capabilities.drop=["ALL"]), ' +
        'runAsNonRoot != true (pod or container "a" must set securityContext.runAsNonRoot=true), ' +
        'seccompProfile (pod or container "a" must set securityContext.seccompProfile.type to "RuntimeDefault" or "Localhost")',
      one(),
    ],
    [
      'restricted volume types (volume "v" uses restricted volume type "hostPath")',
      { ...one(STRICT), volumes: [{ name: "v", hostPath: { path: "/" } }] },
    ],
    ['runAsUser=0 (container "a" must not set runAsUser=0)', one({ ...STRICT, runAsUser: 0 })],
    [
      'runAsNonRoot != true (container "a" must not set securityContext.runAsNonRoot=false)',
      one({ ...STRICT, runAsNonRoot: false }),
    ],
    [
      'unrestricted capabilities (container "a" must not include "CHOWN" in securityContext.capabilities.add)',
      one({ ...STRICT, capabilities: { drop: ["ALL"], add: ["CHOWN", "NET_BIND_SERVICE"] } }),
    ],
  ])("%s", (violation, spec) => {
    labelled({ ...level("enforce", "restricted"), ...level("enforce-version", "v1.35") });
    expect(told(() => pod(spec))).toBe(
      `403 pods "p" is forbidden: violates PodSecurity "restricted:v1.35": ${violation}`,
    );
  });

  test("nothing of a pod that keeps to it, its token's volume among its own", () => {
    labelled(level("enforce", "restricted"));
    expect(told(() => pod(one(STRICT)))).toBe("");
  });
});

test("who may go on is warned, also of pods that others will make", () => {
  labelled(level("warn", "baseline"));
  const warning =
    'would violate PodSecurity "baseline:latest": privileged (container "a" must not set securityContext.privileged=true)';
  expect(told(() => pod(one({ privileged: true })))).toBe(warning);
  const labels = { app: "d" };
  const template = { metadata: { labels }, spec: one({ privileged: true }) };
  const spec = { selector: { matchLabels: labels }, template };
  const object = { apiVersion: "apps/v1", kind: "Deployment", metadata: { name: "d" }, spec } as unknown as KubeObject;
  expect(told(() => registry.create(kind("apps/v1", "Deployment"), "n", object))).toBe(warning);
});

test("an ephemeral container is held to the profile too", () => {
  labelled({});
  pod(one());
  const namespaces = kind("v1", "Namespace");
  const body = { metadata: { labels: level("enforce", "baseline") } };
  registry.patch(namespaces, undefined, "n", { kind: "merge", body });
  const debug = { name: "d", image: "i", securityContext: { privileged: true } };
  const patch = { kind: "strategic", body: { spec: { ephemeralContainers: [debug] } } } as const;
  expect(told(() => registry.patch(kind("v1", "Pod"), "n", "p", patch, { subresource: "ephemeralcontainers" }))).toBe(
    '403 pods "p" is forbidden: violates PodSecurity "baseline:latest": privileged (container "d" must not set securityContext.privileged=true)',
  );
});

test("a new profile tells of the pods that break it, and one that is not known is refused", () => {
  labelled({});
  for (const name of ["x", "y", "z"]) pod({ ...one({ privileged: name !== "z" }) }, name);
  const relabel = (name: string): string =>
    told(() =>
      registry.patch(kind("v1", "Namespace"), undefined, "n", {
        kind: "merge",
        body: { metadata: { labels: level("enforce", name) } },
      }),
    );
  expect(relabel("baseline")).toBe(
    'existing pods in namespace "n" violate the new PodSecurity enforce level "baseline:latest"\nx (and 1 other pod): privileged',
  );
  expect(relabel("strict")).toBe(
    '422 Namespace "n" is invalid: metadata.labels[pod-security.kubernetes.io/enforce]: Invalid value: "strict": must be one of privileged, baseline, restricted',
  );
});
