import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { parse, parseAllDocuments, stringify } from "yaml";
import { allControllers, PACES, type Snapshot } from "../../../src/sandbox/control/index.ts";
import { kindOf } from "../../../src/sandbox/kinds/index.ts";
import type { KubeObject } from "../../../src/sandbox/objects/index.ts";
import { resourceKey } from "../../../src/sandbox/store/index.ts";

/**
 * Golden pairs: `<name>.input.yaml` holds what a controller sees (the first document says which controller and object),
 * `<name>.output.yaml` what it wants done. `UPDATE_PAIRS=1` writes the outputs anew.
 */
const folder = path.resolve(import.meta.dirname, "../../../fixtures/sandbox/control");
const NOW = Date.parse("2026-01-02T03:04:05Z");

interface Head {
  readonly controller: string;
  readonly namespace?: string;
  readonly name: string;
  /** Milliseconds since the object last changed; default: long enough for any stage. */
  readonly since?: number;
}

const names = readdirSync(folder)
  .filter((file) => file.endsWith(".input.yaml"))
  .map((file) => file.replace(".input.yaml", ""));

test("there are pairs", () => expect(names.length).toBeGreaterThan(8));

test.each(names)("%s", (name) => {
  const output = path.join(folder, `${name}.output.yaml`);
  const found = stringify(reconcile(path.join(folder, `${name}.input.yaml`)), {
    lineWidth: 0,
    aliasDuplicateObjects: false,
  });
  if (process.env.UPDATE_PAIRS) writeFileSync(output, found);
  expect(parse(found)).toEqual(parse(readFileSync(output, "utf8")));
});

function reconcile(file: string): unknown {
  const [head, ...objects] = parseAllDocuments(readFileSync(file, "utf8")).map((document) => document.toJS());
  const { controller: wanted, namespace, name, since = 60_000 } = head as Head;
  const controller = allControllers(PACES.learner, "<certificate>").find((one) => one.name === wanted);
  if (controller === undefined) throw new Error(`no controller ${wanted}`);
  const { changes, again } = controller.reconcile(snapshotOf(objects as KubeObject[], since), { namespace, name });
  return { changes: changes.map(brief), ...(again === undefined ? {} : { againInMs: again - NOW }) };
}

function snapshotOf(objects: readonly KubeObject[], since: number): Snapshot {
  const keyOf = (object: KubeObject): string => {
    const kind = kindOf(object.apiVersion, object.kind);
    if (kind === undefined) throw new Error(`no kind ${object.kind}`);
    return resourceKey(kind);
  };
  const list = (resource: string, namespace?: string): readonly KubeObject[] =>
    objects.filter(
      (one) => keyOf(one) === resource && (namespace === undefined || one.metadata.namespace === namespace),
    );
  return {
    now: NOW,
    list,
    get: (resource, namespace, name) => list(resource, namespace).find((one) => one.metadata.name === name),
    changedAt: () => NOW - since,
    resources: () => [...new Set(objects.map(keyOf))],
  };
}

/** An event names its object; whole objects are not repeated. */
function brief(change: ReturnType<ReturnType<typeof allControllers>[number]["reconcile"]>["changes"][number]): unknown {
  return change.kind === "event" ? { ...change, about: `${change.about.kind}/${change.about.metadata.name}` } : change;
}
