import { describe, expect, test } from "vitest";
import { openApiDocument, openApiIndex } from "../../../src/sandbox/api/openapi.ts";
import { KINDS } from "../../../src/sandbox/kinds/index.ts";

interface Document {
  readonly paths: Record<string, Record<string, Record<string, unknown>>>;
  readonly components: { readonly schemas: Record<string, Record<string, unknown>> };
}

const documentOf = (group: string, version: string): Document => openApiDocument(group, version) as Document;
const versions = [...new Set(KINDS.map(({ group, version }) => `${group}/${version}`))].map((key) => key.split("/"));

test("the index names every version with a hash of its document", () => {
  const { paths } = openApiIndex();
  expect(Object.keys(paths).toSorted()).toEqual(
    versions.map(([group, version]) => (group ? `apis/${group}/${version}` : `api/${version}`)).toSorted(),
  );
  const urls = Object.values(paths).map(({ serverRelativeURL }) => serverRelativeURL);
  expect(urls.every((url) => /^\/openapi\/v3\/apis?\/.*v\d\?hash=[0-9A-F]{64}$/.test(url))).toBe(true);
  expect(new Set(urls.map((url) => url.split("=")[1])).size).toBe(urls.length);
  expect(openApiIndex()).toEqual({ paths });
});

describe.each(versions)("the document of %s/%s", (group = "", version = "") => {
  const document = documentOf(group, version);

  test("is closed over its references", () => {
    const names = [...JSON.stringify(document).matchAll(/"\$ref":"([^"]*)"/g)].map(([, name = ""]) => name);
    const prefix = "#/components/schemas/";
    expect(
      names.filter((name) => !name.startsWith(prefix) || !(name.slice(prefix.length) in document.components.schemas)),
    ).toEqual([]);
  });

  test("has nothing beside a reference", () => {
    const lonely = (value: unknown): boolean => {
      if (typeof value !== "object" || value === null) return true;
      if ("$ref" in value && typeof value.$ref === "string" && Object.keys(value).length > 1) return false;
      return Object.values(value).every(lonely);
    };
    expect(lonely(document)).toBe(true);
  });

  test("lets clients see that writes validate fields", () => {
    const patches = Object.values(document.paths).flatMap(({ patch }) => (patch ? [patch] : []));
    const kinds = KINDS.filter(
      (kind) => kind.group === group && kind.version === version && kind.verbs.includes("patch"),
    );
    expect(patches.length).toBeGreaterThanOrEqual(kinds.length);
    for (const patch of patches) {
      expect(patch["x-kubernetes-action"]).toBe("patch");
      expect(patch["x-kubernetes-group-version-kind"]).toMatchObject({ group, version });
      expect(patch.parameters).toContainEqual(expect.objectContaining({ name: "fieldValidation", in: "query" }));
    }
  });
});

test("what stood beside a reference stays, around an allOf", () => {
  const spec = documentOf("apps", "v1").components.schemas["io.k8s.api.apps.v1.DeploymentSpec"];
  expect(spec?.properties).toMatchObject({
    strategy: {
      allOf: [{ $ref: "#/components/schemas/io.k8s.api.apps.v1.DeploymentStrategy" }],
      "x-kubernetes-patch-strategy": "retainKeys",
    },
    template: { $ref: "#/components/schemas/io.k8s.api.core.v1.PodTemplateSpec" },
  });
});

test("a property called $ref is no reference", () => {
  const schemas = documentOf("apiextensions.k8s.io", "v1").components.schemas;
  const name = "io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.JSONSchemaProps";
  expect(schemas[name]?.properties).toMatchObject({ $ref: { type: "string" } });
});

test("a version that is not served has no document", () => {
  expect(openApiDocument("apps", "v1beta1")).toBeUndefined();
});
