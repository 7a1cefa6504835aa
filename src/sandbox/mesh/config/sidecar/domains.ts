import type { ServiceLookup } from "../registry/registry.ts";
import type { MeshService } from "../registry/service.ts";

/**
 * The names under which clients of a namespace reach a service, as istiod lists them: the whole name, the same with a
 * dot, the short forms, and the addresses. A headless Service has a domain for each pod besides.
 */
export function domainsOf(service: MeshService, services: ServiceLookup, namespace: string, domain: string): string[] {
  const names = [service.host, ...services.aliasesOf(service.host).map(({ host }) => host)];
  const domains = names.flatMap((host) => [host, ...otherNames(host, namespace, domain)]);
  const pods = service.resolution === "headless" ? domains.map((one) => `*.${one}`) : [];
  return [...domains, ...pods, ...service.addresses];
}

function otherNames(host: string, namespace: string, domain: string): readonly string[] {
  const absolute = host.startsWith("*") ? [] : [`${host}.`];
  const suffix = `.svc.${domain}`;
  if (!host.endsWith(suffix)) return absolute;
  const short = host.slice(0, -suffix.length);
  const [name = "", owner] = short.split(".");
  return owner === namespace ? [...absolute, name, `${short}.svc`, short] : [...absolute, short, `${short}.svc`];
}
