/** What istiod of a minor sends to proxies otherwise than others do. */
const MINORS: Readonly<Record<string, { readonly unhealthyEndpoints: boolean }>> = {
  "1.30": { unhealthyEndpoints: false },
  "1.31": { unhealthyEndpoints: true },
};

/** Whether proxies are told of places that are not ready; a version that nobody knows does as the newest. */
export function sendsUnhealthy(version: string): boolean {
  const [minor = ""] = /^\d+\.\d+/.exec(version) ?? [];
  return MINORS[minor]?.unhealthyEndpoints ?? true;
}
