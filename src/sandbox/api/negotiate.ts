import type { Call } from "./call.ts";
import { badRequest } from "./status.ts";

/** The form in which objects are answered. */
export type Form =
  | { readonly kind: "object" }
  | { readonly kind: "metadata" }
  | { readonly kind: "table"; readonly includeObject: IncludeObject };

type IncludeObject = "None" | "Metadata" | "Object";

const INCLUDE: readonly string[] = ["None", "Metadata", "Object"];

/** Reads the Accept header: the first form that is served wins; JSON is always served. */
export function formOf(call: Call): Form {
  for (const option of (call.request.headers.accept ?? "").split(",")) {
    const [type, ...parameters] = option.split(";").map((part) => part.trim());
    if (type !== "application/json" && type !== "*/*") continue;
    const as = parameters.find((part) => part.startsWith("as="))?.slice(3);
    const isV1 = parameters.includes("v=v1");
    if (as === undefined) return { kind: "object" };
    if (as === "Table" && isV1) return { kind: "table", includeObject: includeObjectOf(call.query) };
    if ((as === "PartialObjectMetadata" || as === "PartialObjectMetadataList") && isV1) return { kind: "metadata" };
  }
  return { kind: "object" };
}

function includeObjectOf(query: URLSearchParams): IncludeObject {
  const value = query.get("includeObject") || "Metadata";
  if (!INCLUDE.includes(value)) throw badRequest(`unrecognized includeObject value: "${value}"`);
  return value as IncludeObject;
}
