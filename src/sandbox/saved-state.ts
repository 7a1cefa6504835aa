import { existsSync, readFileSync } from "node:fs";
import type { MachineState } from "./machine.ts";

/** The version of what is written now. */
const SAVED_VERSION = 2;

/** A machine on disk. */
export interface SavedState extends MachineState {
  /** Nothing has changed since: its process ended by itself, after it had written this. */
  readonly isFinal: boolean;
}

/** What a state file turned out to be. */
export type ReadState =
  | { readonly kind: "none" }
  | { readonly kind: "whole"; readonly state: SavedState }
  | { readonly kind: "newer"; readonly version: number }
  | { readonly kind: "broken" };

type Stored = Readonly<Record<string, unknown>> & { readonly version: number };

/** How a file of each earlier version becomes one of the next. */
const MIGRATIONS: Readonly<Record<number, (stored: Stored) => Stored>> = {
  // Version 1 did not say how its process ended.
  1: (stored) => ({ ...stored, version: 2, isFinal: false }),
};

/**
 * How far the counter jumps where writes after the last save may have been lost: a client that saw them must not go on
 * from a version that comes to mean something else. As `etcdutl snapshot restore --bump-revision` does.
 */
const LOST_VERSIONS = 1_000_000;

/** Read a state file of this or an earlier version. Changes nothing on the disk. */
export function readSavedState(file: string): ReadState {
  if (!existsSync(file)) return { kind: "none" };
  let stored: unknown;
  try {
    stored = JSON.parse(readFileSync(file, "utf8"));
  } catch {
    return { kind: "broken" };
  }
  if (!isStored(stored)) return { kind: "broken" };
  if (stored.version > SAVED_VERSION) return { kind: "newer", version: stored.version };
  let state = stored;
  while (state.version < SAVED_VERSION) {
    const migrate = MIGRATIONS[state.version];
    if (migrate === undefined) return { kind: "broken" };
    state = migrate(state);
  }
  return isWhole(state) ? { kind: "whole", state } : { kind: "broken" };
}

/** The same state with its counter past all that may have been lost; itself where nothing was. */
export function pastLostWrites(state: SavedState, wasKilled: boolean): SavedState {
  if (state.isFinal && !wasKilled) return state;
  const resourceVersion = state.store.resourceVersion + LOST_VERSIONS;
  return { ...state, store: { ...state.store, resourceVersion } };
}

/** A state's text in small parts, so that whoever writes a big one can rest in between. */
export function* partsOf({ cluster, store, containers }: MachineState, isFinal: boolean): Generator<string> {
  const head = { version: SAVED_VERSION, isFinal, cluster };
  yield `${JSON.stringify(head).slice(0, -1)},"store":{"resourceVersion":${store.resourceVersion},"resources":{`;
  let before = "";
  for (const [resource, objects] of Object.entries(store.resources)) {
    yield `${before}${JSON.stringify(resource)}:[`;
    before = ",";
    for (const [index, object] of objects.entries()) yield `${index === 0 ? "" : ","}${JSON.stringify(object)}`;
    yield "]";
  }
  yield containers === undefined ? "}}}\n" : `}},"containers":${JSON.stringify(containers)}}\n`;
}

function isStored(value: unknown): value is Stored {
  return typeof value === "object" && value !== null && Number.isInteger((value as Partial<Stored>).version);
}

function isWhole(value: unknown): value is SavedState {
  const { store } = value as { store?: { resources?: unknown; resourceVersion?: unknown } };
  const { resources, resourceVersion } = store ?? {};
  return (
    Number.isInteger(resourceVersion) &&
    typeof resources === "object" &&
    resources !== null &&
    Object.values(resources).every(Array.isArray)
  );
}
