import type { JsonObject, KubeObject } from "../objects/index.ts";
import type { Behaviour } from "./behaviour.ts";
import { AGE, column, firstThree, NAME, orElse, UNSET } from "./column.ts";
import { listOf } from "./pod-status.ts";

export const endpoints: Behaviour = {
  columns: [NAME, column("Endpoints", ({ subsets }) => orElse(firstThree(listOf(subsets).flatMap(addresses)))), AGE],
  strategy: {
    defaults: ({ subsets }) => {
      for (const port of listOf(subsets).flatMap((subset) => listOf(subset.ports))) port.protocol ||= "TCP";
    },
  },
};

export const endpointSlice: Behaviour = {
  columns: [
    NAME,
    column("AddressType", ({ addressType }) => String(addressType ?? "")),
    column("Ports", slicePorts),
    column("Endpoints", ({ endpoints: list }) =>
      orElse(firstThree(listOf(list).flatMap((one) => one.addresses ?? [])), UNSET),
    ),
    AGE,
  ],
  strategy: {
    defaults: ({ ports }) => {
      for (const port of listOf(ports)) {
        port.name ??= "";
        port.protocol ??= "TCP";
      }
    },
  },
};

function addresses(subset: JsonObject): string[] {
  const ready = listOf(subset.addresses);
  const ports = listOf(subset.ports);
  if (ports.length === 0) return ready.map(({ ip }) => ip);
  return ports.flatMap(({ port }) => ready.map(({ ip }) => `${ip}:${port}`));
}

/** A port without a number shows its name, without both `*`. */
function slicePorts({ ports }: KubeObject): string {
  const shown = listOf(ports).map(({ port, name }) => String(port ?? (name || "*")));
  return orElse(firstThree(shown), UNSET);
}
