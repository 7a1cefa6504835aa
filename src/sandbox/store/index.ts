/** Versioned objects: get, list, create, update, remove, watch from a version. */
export * from "./store.ts";
