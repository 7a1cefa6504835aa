import type { HeaderOperations } from "./config/config.ts";
import type { HeaderPairs } from "./model.ts";

/** The first value under a name, whatever its case. */
export function header(headers: HeaderPairs, name: string): string | undefined {
  const wanted = name.toLowerCase();
  return headers.find(([one]) => one.toLowerCase() === wanted)?.[1];
}

/** All values under a name, as one, joined as Envoy joins them to match. */
export function joinedHeader(headers: HeaderPairs, name: string): string | undefined {
  const wanted = name.toLowerCase();
  const values = headers.filter(([one]) => one.toLowerCase() === wanted).map(([, value]) => value);
  return values.length === 0 ? undefined : values.join(",");
}

/** With one value in the place of all that stood there under this name. */
export function withHeader(headers: HeaderPairs, name: string, value: string): HeaderPairs {
  const wanted = name.toLowerCase();
  const index = headers.findIndex(([one]) => one.toLowerCase() === wanted);
  if (index < 0) return [...headers, [name, value]];
  return headers.flatMap((pair, at) => {
    if (pair[0].toLowerCase() !== wanted) return [pair];
    return at === index ? [[pair[0], value] as const] : [];
  });
}

/** Without any of these, whatever their case. */
export function withoutHeaders(headers: HeaderPairs, names: readonly string[]): HeaderPairs {
  if (names.length === 0) return headers;
  const gone = new Set(names.map((name) => name.toLowerCase()));
  return headers.filter(([name]) => !gone.has(name.toLowerCase()));
}

/** As a VirtualService's `headers` say it: remove first, then set, then add. */
export function changeHeaders(headers: HeaderPairs, { set, add, remove }: HeaderOperations): HeaderPairs {
  let changed = withoutHeaders(headers, remove);
  for (const [name, value] of Object.entries(set)) changed = withHeader(changed, name.toLowerCase(), value);
  const added = Object.entries(add).map(([name, value]) => [name.toLowerCase(), value] as const);
  return added.length === 0 ? changed : [...changed, ...added];
}
