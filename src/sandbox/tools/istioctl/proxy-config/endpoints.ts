import type { Item } from "../pods.ts";
import { columns } from "../table.ts";
import { compareText } from "./dump.ts";
import type { Filters, View } from "./options.ts";

interface Row {
  readonly address: string;
  readonly port: number;
  readonly status: string;
  readonly check: "OK" | "FAILED";
  readonly cluster: string;
}

/** `proxy-config endpoint`: of Envoy's page `/clusters?format=json`. */
export const endpoints: View = {
  table: (page, filters) => {
    const rows = statusesOf(page)
      .flatMap((one) => hostsOf(one).map((host) => rowOf(one.name, host)))
      .filter((row) => isAsked(row, filters))
      .toSorted((a, b) => compareText(a.address, b.address) || a.port - b.port || compareText(a.cluster, b.cluster))
      .map(({ address, port, status, check, cluster }) => {
        const place = port === 0 ? address : `${address}:${port}`;
        return [filters.isTyped ? `endpoint/${place}` : place, status, check, cluster];
      });
    return columns([["ENDPOINT", "STATUS", "OUTLIER CHECK", "CLUSTER"], ...rows], 5);
  },
  json: (page, filters) =>
    statusesOf(page).filter((one) => hostsOf(one).some((host) => isAsked(rowOf(one.name, host), filters))),
};

function statusesOf(page: Item): readonly Item[] {
  return page.cluster_statuses ?? [];
}

function hostsOf({ host_statuses: hosts = [] }: Item): readonly Item[] {
  return hosts;
}

function rowOf(cluster: string, { address, health_status: health = {} }: Item): Row {
  const socket = address?.socket_address;
  return {
    address: socket === undefined ? `unix://${address?.pipe?.path ?? ""}` : socket.address,
    port: socket?.port_value ?? 0,
    status: health.eds_health_status ?? "UNKNOWN",
    check: health.failed_outlier_check === true ? "FAILED" : "OK",
    cluster,
  };
}

function isAsked(row: Row, { address, port, cluster, status }: Filters): boolean {
  const same = (a: string | undefined, b: string): boolean => a === undefined || a.toLowerCase() === b.toLowerCase();
  return (
    same(address, row.address) &&
    (port === undefined || port === row.port) &&
    same(cluster, row.cluster) &&
    same(status, row.status)
  );
}
