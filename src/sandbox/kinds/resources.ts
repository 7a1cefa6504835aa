import { readGenerated } from "./generated.ts";
import type { Kind } from "./kind.ts";

/** What is generated of a kind: all but its columns and its hooks. */
export type Resource = Omit<Kind, "columns" | "strategy">;

/** An API group with its versions, the preferred one first. The core group's name is empty. */
export interface ApiGroup {
  readonly name: string;
  readonly versions: readonly string[];
}

interface ResourceTable {
  readonly groups: readonly ApiGroup[];
  readonly resources: readonly Resource[];
}

const table = readGenerated("resources.json") as ResourceTable;

export const RESOURCES = table.resources;
/** The core group first, then the named ones in discovery order. */
export const API_GROUPS = table.groups;
