import type { JsonObject } from "../../../objects/index.ts";
import type { HeaderChanges, HeaderOperations } from "../config.ts";

const NOTHING: HeaderOperations = { set: {}, add: {}, remove: [] };
/** Headers stay as they are. */
export const UNCHANGED: HeaderChanges = { request: NOTHING, response: NOTHING };

/** `headers` of a rule or a destination. */
export function headerChanges(headers: JsonObject | undefined): HeaderChanges {
  if (headers === undefined) return UNCHANGED;
  return { request: operations(headers.request), response: operations(headers.response) };
}

function operations(operations: JsonObject | undefined): HeaderOperations {
  if (operations === undefined) return NOTHING;
  return { set: operations.set ?? {}, add: operations.add ?? {}, remove: operations.remove ?? [] };
}
