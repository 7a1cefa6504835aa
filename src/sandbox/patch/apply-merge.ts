import type { Json } from "../objects/index.ts";
import { type Shape, shapeOf, type Typed } from "./apply-schema.ts";
import { isObject } from "./merge-patch.ts";

/** Lays a configuration over the live object: maps and lists with keys merge, all else replaces. */
export function mergeTyped(typed: Typed, live: Json | undefined, config: Json): Json {
  if (live === undefined) return config;
  const shape = shapeOf(typed, config);
  if (shape.kind === "map" && isObject(config) && isObject(live)) {
    const merged = new Map(Object.entries(live));
    for (const [name, value] of Object.entries(config)) {
      const field = shape.field(name);
      merged.set(name, mergeTyped(field?.typed ?? { ...typed, schema: undefined }, merged.get(name), value));
    }
    return Object.fromEntries(merged);
  }
  if (shape.kind === "list" && Array.isArray(config) && Array.isArray(live)) return mergeItems(shape, live, config);
  return config;
}

/** The configuration's order; what only the live list has stays where it stood among the shared items. */
function mergeItems(shape: Shape & { kind: "list" }, live: readonly Json[], config: readonly Json[]): Json[] {
  const liveElements = live.map((item) => elementText(shape, item));
  const configElements = config.map((item) => elementText(shape, item));
  const inConfig = new Set(configElements);
  const inLive = new Set(liveElements);
  const shared = configElements.filter((element) => inLive.has(element));
  const liveByElement = new Map(live.map((item, index) => [liveElements[index] ?? "", item]));
  const result: Json[] = [];
  const merged = new Set<string>();
  let fromLive = 0;
  let fromConfig = 0;
  let nextShared = 0;
  const takeConfig = (): void => {
    const element = configElements[fromConfig] ?? "";
    result.push(mergeTyped(shape.item, liveByElement.get(element), config[fromConfig] ?? null));
    merged.add(element);
    if (shared[nextShared] === element) nextShared++;
    fromConfig++;
  };
  while (fromLive < live.length || fromConfig < config.length) {
    const element = liveElements[fromLive];
    if (element !== undefined && element === configElements[fromConfig]) {
      takeConfig();
      fromLive++;
    } else if (element !== undefined && !inConfig.has(element)) {
      result.push(live[fromLive] ?? null);
      fromLive++;
    } else if (element !== undefined && (merged.has(element) || element !== shared[nextShared])) fromLive++;
    else if (fromConfig < config.length) takeConfig();
    else fromLive++;
  }
  return result;
}

function elementText(shape: Shape & { kind: "list" }, item: Json): string {
  const element = shape.elementOf(item);
  return typeof element === "string" ? element : JSON.stringify(item);
}
