import { Failure } from "../failure.ts";
import type { Item } from "../pods.ts";
import { columns } from "../table.ts";
import { compareText, partOf } from "./dump.ts";
import type { View } from "./options.ts";

/** `proxy-config bootstrap`; its table is the versions. */
export const bootstrap: View = {
  table: (dump) => {
    const { node } = bootstrapOf(dump).bootstrap;
    const { ISTIO_VERSION: version = "" } = node?.metadata ?? {};
    return columns(
      [
        ["Istio Version:", version],
        ["Istio Proxy Version:", "simulated"],
        ["Envoy Version:", "sandbox/simulated"],
      ],
      1,
    );
  },
  json: bootstrapOf,
};

function bootstrapOf(dump: Item): Item {
  const found = partOf(dump, "BootstrapConfigDump");
  if (found.bootstrap === undefined) throw new Failure("no bootstrap found");
  return found;
}

const TYPES = "type.googleapis.com/";

/** `proxy-config ecds`: filters that are sent apart. */
export const extensions: View = {
  table: (dump) => {
    const rows = filtersOf(dump)
      .map(({ ecds_filter: { name, typed_config } }) => [name, String(typed_config?.["@type"]).replace(TYPES, "")])
      .toSorted(([a = "", one = ""], [b = "", other = ""]) => compareText(one, other) || compareText(a, b));
    return columns([["ECDS NAME", "Type"], ...rows], 5);
  },
  json: (dump) => partOf(dump, "EcdsConfigDump"),
};

function filtersOf(dump: Item): readonly Item[] {
  return partOf(dump, "EcdsConfigDump").ecds_filters ?? [];
}
