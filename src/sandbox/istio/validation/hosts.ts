/** Whether two hosts, each perhaps with an asterisk first, have a name in common. */
export function overlap(one: string, other: string): boolean {
  const [isWild, isOtherWild] = [one.startsWith("*"), other.startsWith("*")];
  if (isWild && isOtherWild) {
    const [short, long] = one.length < other.length ? [one, other] : [other, one];
    return long.slice(1).endsWith(short.slice(1));
  }
  if (isWild) return other.endsWith(one.slice(1));
  return isOtherWild ? one.endsWith(other.slice(1)) : one === other;
}

/** Whether all names of a host are names of another. */
export function isWithin(host: string, other: string): boolean {
  if (!other.startsWith("*")) return host === other;
  if (host.startsWith("*")) return host.length >= other.length && host.slice(1).endsWith(other.slice(1));
  return host.endsWith(other.slice(1));
}
