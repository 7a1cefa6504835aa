import { type HeaderPairs, LATE, type Task, within } from "../../../mesh/index.ts";
import { type AppContext, getting } from "../app.ts";

const TIMEOUT_MS = 3000;

/** Upstream's own bug, for its lesson on faults: reviews are asked for twice. */
const TRIES = { details: 1, reviews: 2, ratings: 1 };

export type Backend = keyof typeof TRIES;

/** What a backend said: its JSON, or a sentence that it is not to be had. */
export interface Fetched {
  readonly status: number;
  readonly value: unknown;
}

/** What a backend says of a product. Whatever is not a 200 is told as an error under its own status, no answer as a 500. */
export function* fetchFrom(backend: Backend, id: string, headers: HeaderPairs, at: AppContext): Task<Fetched> {
  let status = 500;
  for (let left = TRIES[backend]; left > 0; left -= 1) {
    const found = yield* once(backend, id, headers, at);
    if (found.status === 200) return found;
    status = found.status;
  }
  const subject = backend === "details" ? "product details" : `product ${backend}`;
  return { status, value: { error: `Sorry, ${subject} are currently unavailable for this book.` } };
}

function* once(backend: Backend, id: string, headers: HeaderPairs, at: AppContext): Task<Fetched> {
  const name = backend.toUpperCase();
  const domain = at.env.get("SERVICES_DOMAIN");
  const host = `${at.env.get(`${name}_HOSTNAME`) ?? backend}${domain === undefined ? "" : `.${domain}`}`;
  const port = Number(at.env.get(`${name}_SERVICE_PORT`) ?? 9080);
  const request = getting(`${host}:${port}`, `/${backend}/${id}`, [["Accept", "*/*"], ...headers]);
  const found = yield* within(TIMEOUT_MS, at.fetch(host, port, request));
  at.log(`DEBUG:urllib3.connectionpool:Starting new HTTP connection (1): ${host}:${port}`);
  if (found === LATE || typeof found === "string") return { status: 500, value: undefined };
  at.log(
    `DEBUG:urllib3.connectionpool:http://${host}:${port} "GET /${backend}/${id} HTTP/1.1" ${found.status} ${found.body.length}`,
  );
  if (found.status !== 200) return { status: found.status, value: undefined };
  try {
    return { status: 200, value: JSON.parse(found.body.toString()) };
  } catch {
    return { status: 500, value: undefined };
  }
}
