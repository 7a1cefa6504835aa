import { answerForRelease } from "../istio/index.ts";
import type { Site } from "./site.ts";

/** Where a release of Istio comes from: `istio.io` and the hosts of GitHub that it leads to. Only by TLS. */
export const releaseSite: Site = ({ path, headers }, { isSecure, tools }) => {
  const host =
    headers
      .find(([name]) => name.toLowerCase() === "host")?.[1]
      ?.replace(/:\d+$/, "")
      .toLowerCase() ?? "";
  if (!isSecure) return { status: 301, headers: [["location", `https://${host}${path}`]], body: Buffer.alloc(0) };
  return answerForRelease({ host, path, tools });
};
