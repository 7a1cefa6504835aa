import type { JsonObject, KubeObject } from "../../objects/index.ts";
import type { Store } from "../../store/index.ts";
import { fieldOf, resourceOf } from "./fields.ts";

type Objects = Pick<Store, "get" | "list">;

/** The variables that a container's programs begin with: the image's, the services', then its own in their order. */
export function environment(
  objects: Objects,
  pod: KubeObject,
  container: JsonObject,
  image: Readonly<Record<string, string>>,
): Map<string, string> {
  const env = new Map<string, string>([...Object.entries(image), ["HOSTNAME", hostname(pod)]]);
  for (const [name, value] of services(objects, pod)) env.set(name, value);
  for (const source of (container.envFrom ?? []) as JsonObject[]) {
    for (const [key, value] of dataOf(objects, pod, source)) env.set(`${source.prefix ?? ""}${key}`, value);
  }
  for (const { name, value, valueFrom } of (container.env ?? []) as JsonObject[]) {
    const found = valueFrom === undefined ? expanded(value ?? "", env) : readSource(objects, pod, container, valueFrom);
    if (found !== undefined) env.set(name, found);
  }
  return env;
}

export function hostname(pod: KubeObject): string {
  return pod.spec?.hostname ?? pod.metadata.name.slice(0, 63);
}

/** `$(NAME)` is a variable from before; `$$(NAME)` is the text. */
export function expanded(text: string, env: ReadonlyMap<string, string>): string {
  return text.replaceAll(/\$\$|\$\(([^)]*)\)/g, (whole, name: string | undefined) =>
    whole === "$$" ? "$" : (env.get(name ?? "") ?? whole),
  );
}

/** Key and value of a ConfigMap or a Secret, as text. */
function dataOf(objects: Objects, pod: KubeObject, source: JsonObject): [string, string][] {
  const { configMapRef, secretRef } = source;
  const isSecret = secretRef !== undefined;
  const name = (isSecret ? secretRef : configMapRef)?.name ?? "";
  const object = objects.get(isSecret ? "/secrets" : "/configmaps", pod.metadata.namespace, name);
  const data = Object.entries((object?.data ?? {}) as Record<string, string>);
  return data.map(([key, value]) => [key, isSecret ? Buffer.from(value, "base64").toString() : value]);
}

function readSource(objects: Objects, pod: KubeObject, container: JsonObject, from: JsonObject): string | undefined {
  if (from.fieldRef) return fieldOf(pod, from.fieldRef.fieldPath);
  if (from.resourceFieldRef) return resourceOf(pod, container, from.resourceFieldRef);
  const ref = from.configMapKeyRef ?? from.secretKeyRef ?? {};
  const source = from.secretKeyRef ? { secretRef: ref } : { configMapRef: ref };
  return dataOf(objects, pod, source).find(([key]) => key === ref.key)?.[1];
}

/** `WEB_SERVICE_HOST` and its kin, for the services of the pod's namespace and for the API's own. */
function services(objects: Objects, pod: KubeObject): [string, string][] {
  const own = pod.spec?.enableServiceLinks === false ? [] : objects.list("/services", pod.metadata.namespace);
  const api = objects.get("/services", "default", "kubernetes");
  const older = own.filter((one) => one.metadata.uid !== api?.metadata.uid && existedBefore(one, pod));
  return [...(api ? [api] : []), ...older].flatMap(serviceVariables);
}

function existedBefore(service: KubeObject, pod: KubeObject): boolean {
  return (service.metadata.creationTimestamp ?? "") <= (pod.status?.startTime ?? pod.metadata.creationTimestamp ?? "");
}

function serviceVariables({ metadata, spec }: KubeObject): [string, string][] {
  const address: string | undefined = spec?.clusterIP;
  const ports: JsonObject[] = spec?.ports ?? [];
  if (!address || address === "None" || ports[0] === undefined) return [];
  const prefix = metadata.name.toUpperCase().replaceAll("-", "_");
  const url = (port: JsonObject): string => `${String(port.protocol ?? "TCP").toLowerCase()}://${address}:${port.port}`;
  return [
    [`${prefix}_SERVICE_HOST`, address],
    [`${prefix}_SERVICE_PORT`, String(ports[0].port)],
    ...ports
      .filter((one) => one.name)
      .map((one): [string, string] => [
        `${prefix}_SERVICE_PORT_${one.name.toUpperCase().replaceAll("-", "_")}`,
        String(one.port),
      ]),
    [`${prefix}_PORT`, url(ports[0])],
    ...ports.flatMap((one): [string, string][] => {
      const name = `${prefix}_PORT_${one.port}_${one.protocol ?? "TCP"}`;
      return [
        [name, url(one)],
        [`${name}_PROTO`, String(one.protocol ?? "TCP").toLowerCase()],
        [`${name}_PORT`, String(one.port)],
        [`${name}_ADDR`, address],
      ];
    }),
  ];
}
