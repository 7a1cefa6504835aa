import { httpbinAnswer } from "../workloads/index.ts";
import type { Site } from "./site.ts";

/** The public httpbin. */
export const httpbinSite: Site = (request, { from, now, isSecure }) =>
  httpbinAnswer(request, {
    flavour: "python",
    from,
    now,
    hostname: "httpbin.org",
    scheme: isSecure ? "https" : "http",
  });
