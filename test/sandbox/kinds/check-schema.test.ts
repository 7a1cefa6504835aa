import { describe, expect, test } from "vitest";
import { checkSchema, prune } from "../../../src/sandbox/kinds/index.ts";
import { deepCopy } from "../../../src/sandbox/objects/index.ts";

const DEPLOYMENT = "io.k8s.api.apps.v1.Deployment";
const SERVICE = "io.k8s.api.core.v1.Service";
const SECRET = "io.k8s.api.core.v1.Secret";

const template = (container: object): object => ({
  spec: { template: { spec: { containers: [{ name: "a" }, container] } } },
});

test.each([
  [DEPLOYMENT, { spec: { foo: 1 } }, ["spec.foo"]],
  [DEPLOYMENT, { foo: 1, metadata: { nam: "x" } }, ["foo", "metadata.nam"]],
  [DEPLOYMENT, template({ imagee: "x" }), ["spec.template.spec.containers[1].imagee"]],
  [
    DEPLOYMENT,
    template({ ports: [{ containerport: 1 }] }),
    ["spec.template.spec.containers[1].ports[0].containerport"],
  ],
  [DEPLOYMENT, { metadata: { labels: { "any/thing": "x" } }, spec: { constructor: 1 } }, ["spec.constructor"]],
  [DEPLOYMENT, { spec: { replicas: null, strategy: { rollingUpdate: { maxSurge: 1 } } } }, []],
  ["io.k8s.api.apps.v1.ControllerRevision", { data: { any: { thing: 1 } } }, []],
])("unknown fields of %s %j: %j", (definition, object, unknown) => {
  expect(checkSchema(definition, object)).toEqual({ unknown, typeErrors: [] });
});

test.each([
  [
    DEPLOYMENT,
    { spec: { replicas: "three" } },
    "spec.replicas",
    "json: cannot unmarshal string into Go struct field DeploymentSpec.spec.replicas of type int32",
  ],
  [
    DEPLOYMENT,
    { spec: { replicas: 1.5 } },
    "spec.replicas",
    "json: cannot unmarshal number 1.5 into Go struct field DeploymentSpec.spec.replicas of type int32",
  ],
  [
    DEPLOYMENT,
    template({ env: [{ name: "A", value: 1 }] }),
    "spec.template.spec.containers[1].env[0].value",
    "json: cannot unmarshal number into Go struct field EnvVar.spec.template.spec.containers.env.value of type string",
  ],
  [
    DEPLOYMENT,
    { spec: { template: { spec: { containers: {} } } } },
    "spec.template.spec.containers",
    "json: cannot unmarshal object into Go struct field PodSpec.spec.template.spec.containers of type []v1.Container",
  ],
  [
    DEPLOYMENT,
    { metadata: { labels: { a: 1 } } },
    "metadata.labels.a",
    "json: cannot unmarshal number into Go struct field ObjectMeta.metadata.labels of type string",
  ],
  [
    DEPLOYMENT,
    { spec: [] },
    "spec",
    "json: cannot unmarshal array into Go struct field Deployment.spec of type v1.DeploymentSpec",
  ],
  [
    SERVICE,
    { spec: { ports: [{ port: 80, targetPort: true }] } },
    "spec.ports[0].targetPort",
    "json: cannot unmarshal bool into Go value of type string",
  ],
  [
    DEPLOYMENT,
    template({ resources: { limits: { cpu: "lots" } } }),
    "spec.template.spec.containers[1].resources.limits.cpu",
    "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'",
  ],
  [SECRET, { data: { a: "no!" } }, "data.a", "illegal base64 data at input byte 2"],
])("wrong types of %s %j", (definition, object, field, message) => {
  expect(checkSchema(definition, object)).toEqual({
    unknown: [],
    typeErrors: [{ type: "FieldValueInvalid", field, message }],
  });
});

describe("pruning", () => {
  test("removes what the schema does not know, and nothing else", () => {
    const object = {
      kind: "Deployment",
      foo: 1,
      spec: { replicas: 2, bar: {}, template: { spec: { containers: [{ name: "a", baz: 1 }] } } },
    };
    prune(DEPLOYMENT, object);
    expect(object).toEqual({
      kind: "Deployment",
      spec: { replicas: 2, template: { spec: { containers: [{ name: "a" }] } } },
    });
  });

  test("leaves alone what has no schema", () => {
    const object = { data: { any: { thing: null } }, revision: 1 };
    const before = deepCopy(object);
    prune("io.k8s.api.apps.v1.ControllerRevision", object);
    expect(object).toEqual(before);
  });
});
