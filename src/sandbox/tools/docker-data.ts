import { createHash } from "node:crypto";
import type { ClusterInfo, NodeInfo } from "./tool.ts";

/** What docker would know: the kind network and the nodes that are containers of it. Values as docker shapes them. */
export const DOCKER_VERSION = "29.1.3";

const SUBNET_4 = "172.18.0.0/16";
const SUBNET_6 = "fc00:f853:ccd:e793::/64";

export interface Network {
  readonly Name: string;
  readonly Id: string;
  readonly Driver: string;
  readonly Scope: string;
  readonly [field: string]: unknown;
}

/** Docker's three networks, and kind's while a cluster exists. kind asks for both families, so IPv6 comes first. */
export function networks(clusters: readonly ClusterInfo[]): readonly Network[] {
  const plain = (Name: string, Id: string, Driver: string, config: readonly unknown[]): Network => ({
    Name,
    Id: Id.repeat(16),
    Driver,
    Scope: "local",
    IPAM: { Driver: "default", Options: null, Config: config },
    Containers: {},
    Options: {},
    Labels: {},
  });
  const [cluster] = clusters;
  return [
    plain("bridge", "3f9c", "bridge", [{ Subnet: "172.17.0.0/16", Gateway: "172.17.0.1" }]),
    plain("host", "8a1b", "host", []),
    ...(cluster === undefined ? [] : [kindNetwork(cluster)]),
    plain("none", "d07e", "null", []),
  ];
}

function kindNetwork(cluster: ClusterInfo): Network {
  return {
    Name: "kind",
    Id: "5b6e".repeat(16),
    Created: cluster.createdAt,
    Scope: "local",
    Driver: "bridge",
    EnableIPv4: true,
    EnableIPv6: true,
    IPAM: {
      Driver: "default",
      Options: {},
      Config: [
        { Subnet: SUBNET_6, Gateway: "fc00:f853:ccd:e793::1" },
        { Subnet: SUBNET_4, Gateway: "172.18.0.1" },
      ],
    },
    Internal: false,
    Attachable: false,
    Ingress: false,
    Containers: Object.fromEntries(
      cluster.nodes.map((node) => [
        containerId(cluster, node),
        {
          Name: node.name,
          IPv4Address: `${node.address}/16`,
          IPv6Address: `${address6(node)}/64`,
        },
      ]),
    ),
    Options: { "com.docker.network.bridge.enable_ip_masquerade": "true" },
    Labels: {},
  };
}

/** The rows of `docker ps --all`: a container for each node. */
export function containers(clusters: readonly ClusterInfo[], now: number): readonly Readonly<Record<string, string>>[] {
  return clusters.flatMap((cluster) => {
    const { createdAt, stoppedAt } = cluster;
    return cluster.nodes.map((node) => ({
      ID: containerId(cluster, node).slice(0, 12),
      Image: cluster.image,
      Command: '"/usr/local/bin/entr…"',
      RunningFor: `${ageWords(now - Date.parse(createdAt))} ago`,
      Status:
        stoppedAt === undefined
          ? `Up ${ageWords(now - Date.parse(node.startedAt))}`
          : `Exited (${STOPPED}) ${ageWords(now - Date.parse(stoppedAt))} ago`,
      State: stoppedAt === undefined ? "running" : "exited",
      Ports:
        stoppedAt === undefined
          ? publishedPorts(cluster, node)
              .map(({ words }) => words)
              .join(", ")
          : "",
      Names: node.name,
    }));
  });
}

/** What a node's init ends with when docker asks it to halt. */
const STOPPED = 130;

/** The ports of the host that lead into a node. */
export function publishedPorts(
  { apiPort }: ClusterInfo,
  { role }: NodeInfo,
): readonly { readonly inside: string; readonly host: string; readonly port: number; readonly words: string }[] {
  if (role !== "control-plane") return [];
  return [{ inside: "6443/tcp", host: "127.0.0.1", port: apiPort, words: `127.0.0.1:${apiPort}->6443/tcp` }];
}

/** 64 digits that follow from the node and when it was made. */
export function containerId(cluster: ClusterInfo, node: NodeInfo): string {
  return createHash("sha256").update(`${node.name}${cluster.createdAt}`).digest("hex");
}

/** Docker's way with ages: `Less than a second`, `5 seconds`, `About a minute`, `3 minutes`, `About an hour`, `2 hours`. */
export function ageWords(ms: number): string {
  const seconds = Math.floor(ms / 1000);
  if (seconds < 1) return "Less than a second";
  if (seconds === 1) return "1 second";
  if (seconds < 60) return `${seconds} seconds`;
  const minutes = Math.floor(seconds / 60);
  if (minutes === 1) return "About a minute";
  if (minutes < 60) return `${minutes} minutes`;
  const hours = Math.round(minutes / 60);
  if (hours === 1) return "About an hour";
  return hours < 48 ? `${hours} hours` : `${Math.floor(hours / 24)} days`;
}

/** The rows of `docker images`: what the nodes were made from. */
export function images(clusters: readonly ClusterInfo[], now: number): readonly Readonly<Record<string, string>>[] {
  return clusters.map(({ image, createdAt }) => {
    const [repository = "", tag = "latest"] = (image.split("@")[0] ?? "").split(":");
    const ID = createHash("sha256").update(image).digest("hex").slice(0, 12);
    const CreatedSince = `${ageWords(now - Date.parse(createdAt))} ago`;
    return { Repository: repository, Tag: tag, ID, CreatedSince, Size: "1.03GB" };
  });
}

/** A node as `docker inspect` shows its container: the fields that people ask for. */
export function inspected(clusters: readonly ClusterInfo[]): readonly { readonly Id: string; readonly Name: string }[] {
  return clusters.flatMap((cluster) =>
    cluster.nodes.map((node) => ({
      Id: containerId(cluster, node),
      Created: cluster.createdAt,
      Name: `/${node.name}`,
      State: stateOf(cluster, node),
      Config: {
        Hostname: node.name,
        Image: cluster.image,
        Labels: { "io.x-k8s.kind.cluster": cluster.name, "io.x-k8s.kind.role": node.role },
      },
      NetworkSettings: {
        Ports: Object.fromEntries(
          publishedPorts(cluster, node).map(({ inside, host, port }) => [
            inside,
            [{ HostIp: host, HostPort: String(port) }],
          ]),
        ),
        Networks: {
          kind: {
            Gateway: "172.18.0.1",
            IPAddress: node.address,
            IPPrefixLen: 16,
            GlobalIPv6Address: address6(node),
            GlobalIPv6PrefixLen: 64,
          },
        },
      },
    })),
  );
}

function stateOf({ stoppedAt }: ClusterInfo, { startedAt }: NodeInfo): object {
  const isRunning = stoppedAt === undefined;
  return {
    Status: isRunning ? "running" : "exited",
    Running: isRunning,
    Paused: false,
    Restarting: false,
    ExitCode: isRunning ? 0 : STOPPED,
    StartedAt: startedAt,
    FinishedAt: stoppedAt ?? "0001-01-01T00:00:00Z",
  };
}

function address6({ address }: NodeInfo): string {
  return `fc00:f853:ccd:e793::${address.split(".").at(-1)}`;
}
