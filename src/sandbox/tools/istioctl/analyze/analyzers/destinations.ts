import type { Item } from "../../pods.ts";
import type { Field } from "../world.ts";

/** Where a VirtualService sends to. */
export interface Destination {
  readonly destination: Item;
  /** Where its host is written. */
  readonly field: Field;
}

/** The destinations of routes, TCP first, as upstream goes. */
export function routeDestinations(spec: Item): readonly Destination[] {
  return ["tcp", "tls", "http"].flatMap((protocol) =>
    (spec?.[protocol] ?? []).flatMap((rule: Item, index: number) =>
      (rule?.route ?? []).map((route: Item, place: number) => ({
        destination: route?.destination ?? {},
        field: ["spec", protocol, index, "route", place, "destination", "host"],
      })),
    ),
  );
}

/** The destinations that requests are copied to. */
export function mirrorDestinations(spec: Item): readonly Destination[] {
  return (spec?.http ?? []).flatMap(({ mirror, mirrors = [] }: Item, index: number) => [
    ...(mirror ? [{ destination: mirror, field: ["spec", "http", index, "mirror", "host"] }] : []),
    ...mirrors.map(({ destination = {} }: Item, place: number) => ({
      destination,
      field: ["spec", "http", index, "mirrors", place, "destination", "host"],
    })),
  ]);
}
