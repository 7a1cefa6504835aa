import { type Item, items, type Resource } from "./model.ts";

/** A destination of a VirtualService, and the path of its host. */
export interface Destination {
  readonly host: string;
  readonly subset: string;
  readonly port: number | undefined;
  readonly path: string;
  readonly isMirror: boolean;
}

/** All destinations of a VirtualService: those of TCP, TLS and HTTP routes, then the mirrors. */
export function destinationsOf({ spec }: Resource): readonly Destination[] {
  const routed = ["tcp", "tls", "http"].flatMap((part) =>
    items(spec[part]).flatMap(({ route }, index) =>
      items(route).map((one, place) =>
        destination(one.destination, `spec.${part}[${index}].route[${place}].destination.host`, false),
      ),
    ),
  );
  const mirrored = items(spec.http).flatMap(({ mirror, mirrors }, index) => {
    const path = `spec.http[${index}].mirror.host`;
    const all = [...(mirror ? [mirror] : []), ...items(mirrors).map((one) => one.destination)];
    return all.map((one) => destination(one, path, true));
  });
  return [...routed, ...mirrored];
}

function destination(one: Item, path: string, isMirror: boolean): Destination {
  return { host: String(one?.host ?? ""), subset: one?.subset ?? "", port: one?.port?.number, path, isMirror };
}
