import type { App } from "./app.ts";
import { answer } from "./image.ts";

/** `helloworld`: which version answers, in which pod. */
// biome-ignore lint/correctness/useYield: a task that waits for nothing.
export const helloworld: App = function* ({ path, method }, { env, hostname }) {
  const version = env.get("SERVICE_VERSION") ?? "unknown";
  const { pathname } = new URL(path, "http://localhost");
  const html = "text/html; charset=utf-8";
  if (method !== "GET" && method !== "HEAD") return answer(405, html, "<h1>Method Not Allowed</h1>\n");
  if (pathname === "/hello") return answer(200, html, `Hello version: ${version}, instance: ${hostname}\n`);
  if (pathname === "/health") return answer(200, html, "Helloworld is healthy");
  return answer(404, html, "<h1>Not Found</h1>\n");
};
