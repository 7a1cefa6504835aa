import type { HttpRequest, HttpResponse, Task } from "../../../mesh/index.ts";
import type { App, AppContext } from "../app.ts";
import { answer } from "../image.ts";

/** `ratings`: stars by reviewer, held in memory; version 2 asks whether its database is there. */
export function ratings(): App {
  const added = new Map<number, unknown>();
  return function* (request, at) {
    at.log(`${request.method} ${request.path}`);
    const path = request.path.split("?", 1)[0] ?? "/";
    if (path === "/health" && request.method === "GET") return json(200, { status: "Ratings is healthy" });
    if (!path.startsWith("/ratings/")) return answer(404, "text/plain", "");
    const id = Number.parseInt(path.split("/").at(-1) ?? "", 10);
    if (Number.isNaN(id)) return json(400, { error: "please provide numeric product ID" });
    const isStored = at.env.get("SERVICE_VERSION") === "v2";
    if (request.method === "POST") return post(request, id, isStored, added);
    if (request.method !== "GET") return answer(404, "text/plain", "");
    if (isStored && !(yield* hasDatabase(at))) return json(500, { error: "could not connect to ratings database" });
    return json(200, { id, ratings: (isStored ? undefined : added.get(id)) ?? { Reviewer1: 5, Reviewer2: 4 } });
  };
}

function post(request: HttpRequest, id: number, isStored: boolean, added: Map<number, unknown>): HttpResponse {
  let given: unknown;
  try {
    given = JSON.parse(request.body.toString());
  } catch {
    return json(400, { error: "please provide valid ratings JSON" });
  }
  if (isStored) return json(501, { error: "Post not implemented for database backed ratings" });
  added.set(id, given);
  return json(200, { id, ratings: given });
}

/** Whether the database takes a connection: what is in it is what its image brings, five stars and four. */
function hasDatabase({ env, connects }: AppContext): Task<boolean> {
  if (env.get("DB_TYPE") === "mysql") {
    return connects(env.get("MYSQL_DB_HOST") ?? "localhost", Number(env.get("MYSQL_DB_PORT") ?? 3306));
  }
  const [, host = "localhost", port = "27017"] =
    /^mongodb:\/\/(?:[^@/]*@)?([^:/]+)(?::(\d+))?/.exec(env.get("MONGO_DB_URL") ?? "") ?? [];
  return connects(host, Number(port));
}

function json(status: number, value: object): HttpResponse {
  return answer(status, "application/json", JSON.stringify(value));
}
