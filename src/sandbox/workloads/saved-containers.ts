import { type Directory, directory, type Node } from "./container/files.ts";
import type { SharedVolumes } from "./container/mounts.ts";
import type { Line } from "./log.ts";

/** A file, a folder or a link, as JSON. */
export type SavedNode =
  | { readonly mode: number; readonly changed: number; readonly data: string }
  | { readonly mode: number; readonly changed: number; readonly target: string }
  | { readonly mode: number; readonly changed: number; readonly entries: Readonly<Record<string, SavedNode>> };

/**
 * What of the containers is kept on the disk: the logs of their runs and the volumes of their pods, as both are on a node
 * that is restarted. What a container wrote elsewhere is in its own layer, and goes with it.
 */
export interface SavedContainers {
  /** By pod uid, container and restart count. */
  readonly logs: Readonly<Record<string, readonly Line[]>>;
  /** By pod uid, then by the volume's name. */
  readonly volumes: Readonly<Record<string, Readonly<Record<string, SavedNode>>>>;
}

/** What a file may have in it to be kept, and all files together; bytes. */
const MOST_OF_FILE = 1 << 20;
const MOST_OF_ALL = 8 << 20;

/** How much may still be kept. */
export interface Room {
  left: number;
}

/** Room for all volumes of a cluster. */
export function roomForAll(): Room {
  return { left: MOST_OF_ALL };
}

/** The volumes of a pod; a file for which there is no room is left out. */
export function saveVolumes(volumes: SharedVolumes, room: Room): Readonly<Record<string, SavedNode>> {
  return Object.fromEntries([...volumes].flatMap(([name, node]) => kept(name, node, room)));
}

/** The volumes of a pod as they were saved. */
export function loadVolumes(saved: Readonly<Record<string, SavedNode>>): SharedVolumes {
  return new Map(Object.entries(saved).map(([name, node]) => [name, load(node) as Directory]));
}

function kept(name: string, node: Node, room: Room): readonly (readonly [string, SavedNode])[] {
  const { mode, changed } = node;
  if (node.kind === "link") return [[name, { mode, changed, target: node.target }]];
  if (node.kind === "directory") {
    const entries = Object.fromEntries([...node.entries].flatMap(([own, child]) => kept(own, child, room)));
    return [[name, { mode, changed, entries }]];
  }
  const size = node.data.length;
  if (node.device !== undefined || size > MOST_OF_FILE || size > room.left) return [];
  room.left -= size;
  return [[name, { mode, changed, data: node.data.toString("base64") }]];
}

function load(saved: SavedNode): Node {
  const { mode, changed } = saved;
  if ("target" in saved) return { kind: "link", mode, changed, target: saved.target };
  if ("data" in saved) return { kind: "file", mode, changed, data: Buffer.from(saved.data, "base64") };
  const made = directory();
  for (const [name, node] of Object.entries(saved.entries)) made.entries.set(name, load(node));
  return Object.assign(made, { mode, changed });
}
