import { header, withHeader } from "../headers.ts";
import type { Mesh } from "../mesh.ts";
import type { HttpRequest } from "../model.ts";

/** With a name of its own, under which all proxies on its way tell of it. */
export function requestId({ random }: Mesh, request: HttpRequest): HttpRequest {
  if (header(request.headers, "x-request-id") !== undefined) return request;
  return { ...request, headers: withHeader(request.headers, "x-request-id", uuid(random)) };
}

function uuid(random: () => number): string {
  const hex = (digits: number): string =>
    Array.from({ length: digits }, () => Math.floor(random() * 16).toString(16)).join("");
  const variant = (8 + Math.floor(random() * 4)).toString(16);
  return `${hex(8)}-${hex(4)}-9${hex(3)}-${variant}${hex(3)}-${hex(12)}`;
}
