/** A host name as a rule in a namespace means it: `reviews` is the Service of that name beside it. */
export function fullHost(name: string, namespace: string, domain: string): string {
  const host = name.toLowerCase();
  return host.includes(".") || host.includes("*") || host === "" ? host : `${host}.${namespace}.svc.${domain}`;
}

/** Whether a pattern (`*`, `*.example.com`, a name) stands for a host, which may be a pattern itself. */
export function includesHost(pattern: string, host: string): boolean {
  if (pattern === "*" || pattern === host) return true;
  return pattern.startsWith("*") && host.endsWith(pattern.slice(1)) && host.length > pattern.length - 1;
}

/** What two patterns have in common, which is one of them; undefined: nothing. */
export function commonHost(one: string, other: string): string | undefined {
  if (includesHost(one, other)) return other;
  return includesHost(other, one) ? one : undefined;
}

/** The pattern that says most about a host: the name itself, else the longest; the first of equals. */
export function mostSpecific<T>(host: string, all: Iterable<T>, patternOf: (one: T) => string): T | undefined {
  let best: T | undefined;
  let length = -1;
  for (const one of all) {
    const pattern = patternOf(one);
    if (!includesHost(pattern, host)) continue;
    const weight = pattern === host ? Number.POSITIVE_INFINITY : pattern.length;
    if (weight <= length) continue;
    best = one;
    length = weight;
  }
  return best;
}

/** The host of an authority, without its port. */
export function hostOf(authority: string): string {
  return authority.replace(/:\d+$/, "").toLowerCase();
}
