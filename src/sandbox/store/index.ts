/** Versioned objects: get, list, create, update, remove, watch from a version. */
export { createStore, type SavableStore, type StoreDump } from "./create-store.ts";
export { ResourceExpired, StoreConflict } from "./errors.ts";
export * from "./store.ts";
export { uuid } from "./uid.ts";
