import type { Json } from "../objects/index.ts";
import { isObject } from "./check-schema.ts";

type Step = (values: readonly Json[]) => Json[];

const TOKEN =
  /\.([A-Za-z0-9_$-](?:[^.[\]\\]|\\.)*)|\[(\*|-?\d+)\]|\['([^']*)'\]|\["([^"]*)"\]|\[\?\(@((?:\.[\w-]+|\['[^']*'\])+)\s*(==|!=)\s*(?:"([^"]*)"|'([^']*)'|([^)\s]+))\)\]|\.(\*)/y;

/** What a printer column's JSON path finds in an object, in kubectl's simple form: `.spec.a[?(@.type=="Ready")].status`. */
export function findPath(path: string, object: Json): Json[] {
  return stepsOf(path).reduce<Json[]>((values, step) => step(values), [object]);
}

const compiled = new Map<string, readonly Step[]>();

function stepsOf(path: string): readonly Step[] {
  const known = compiled.get(path);
  if (known) return known;
  const steps: Step[] = [];
  const text = path.replace(/^\$/, "").replace(/^(?=[^.[])/, ".");
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < text.length) {
    const token = TOKEN.exec(text);
    // A path that cannot be read finds nothing.
    steps.push(token ? stepOf(token) : () => []);
    if (!token) break;
  }
  compiled.set(path, steps);
  return steps;
}

function stepOf(token: RegExpExecArray): Step {
  const [, name, index, quoted, doubleQuoted, filter, operator, first, second, bare, star] = token;
  const key = name?.replaceAll(/\\(.)/g, "$1") ?? quoted ?? doubleQuoted;
  if (key !== undefined) return (values) => values.flatMap((value) => child(value, key));
  if (star !== undefined || index === "*") return (values) => values.flatMap(childrenOf);
  if (index !== undefined) return (values) => values.flatMap((value) => itemAt(value, Number(index)));
  const wanted = first ?? second ?? bare;
  return (values) =>
    values
      .flatMap(childrenOf)
      .filter((item) => (findPath(filter ?? "", item).map(String)[0] === wanted) === (operator === "=="));
}

function child(value: Json, key: string): Json[] {
  const found = isObject(value) && Object.hasOwn(value, key) ? (value as Record<string, Json>)[key] : undefined;
  return found === undefined ? [] : [found];
}

function childrenOf(value: Json): Json[] {
  if (Array.isArray(value)) return value;
  return isObject(value) ? (Object.values(value) as Json[]) : [];
}

function itemAt(value: Json, index: number): Json[] {
  const found = Array.isArray(value) ? value.at(index) : undefined;
  return found === undefined ? [] : [found];
}

/** Sets what a plain path such as `.spec.replicas` names. Changes the object itself. */
export function setPath(path: string, object: Record<string, unknown>, value: Json): void {
  const keys = path.split(".").filter(Boolean);
  const last = keys.pop();
  if (last === undefined) return;
  let parent = object;
  for (const key of keys) {
    if (!isObject(parent[key])) parent[key] = {};
    parent = parent[key] as Record<string, unknown>;
  }
  parent[last] = value;
}
