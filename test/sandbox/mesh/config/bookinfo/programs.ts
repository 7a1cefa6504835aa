import { header } from "../../../../../src/sandbox/mesh/headers.ts";
import type { Mesh } from "../../../../../src/sandbox/mesh/mesh.ts";
import type { HttpAnswer, HttpRequest, Workload } from "../../../../../src/sandbox/mesh/model.ts";
import { fromPod } from "../../../../../src/sandbox/mesh/proxy/outbound.ts";
import { LATE, type Task, within } from "../../../../../src/sandbox/mesh/task.ts";
import type { Programs } from "../../../../../src/sandbox/mesh/virtual-time.ts";

const ADDRESSES: Readonly<Record<string, string>> = {
  productpage: "10.96.0.10",
  details: "10.96.0.11",
  ratings: "10.96.0.12",
  reviews: "10.96.0.13",
};
/** How long the versions of reviews wait for ratings, milliseconds. */
const PATIENCE: Readonly<Record<string, number>> = { v2: 10_000, v3: 2500 };

export function request(path: string, host: string, user?: string): HttpRequest {
  const headers = [["host", host] as const, ...(user === undefined ? [] : [["end-user", user] as const])];
  return { method: "GET", path, headers, body: Buffer.alloc(0) };
}

/** A program of Bookinfo asks another one, as long as its patience lasts; 0: it got no answer. */
function* call(mesh: Mesh, from: Workload, host: string, user: string | undefined, ms?: number): Task<Answer> {
  const to = { address: ADDRESSES[host] ?? "", port: 9080 };
  const answer = yield* within(
    ms,
    fromPod(mesh, from, to, request("/", `${host}:9080`, user), () => "unreachable"),
  );
  if (answer === LATE || typeof answer === "string") return { status: 0, body: "" };
  return { status: answer.status, body: String(answer.body) };
}

interface Answer {
  readonly status: number;
  readonly body: string;
}

type Program = (mesh: Mesh, own: Workload, user: string | undefined) => Task<Answer>;

/** Bookinfo's services as far as routes and faults show in them: who answered, and with what status. */
const PROGRAMS: Readonly<Record<string, Program>> = {
  *productpage(mesh, own, user) {
    const details = yield* call(mesh, own, "details", user);
    let reviews = yield* call(mesh, own, "reviews", user, 3000);
    if (reviews.status !== 200) reviews = yield* call(mesh, own, "reviews", user, 3000);
    const text = reviews.status === 200 ? reviews.body : `reviews ${reviews.status}`;
    return { status: 200, body: `details ${details.status}, ${text}` };
  },
  *reviews(mesh, own, user) {
    const version = own.labels.version ?? "";
    const patience = PATIENCE[version];
    if (patience === undefined) return { status: 200, body: version };
    const ratings = yield* call(mesh, own, "ratings", user, patience);
    return { status: 200, body: `${version} ratings ${ratings.status}` };
  },
};

/** Programs that ask nobody. */
const ANSWERS: Readonly<Record<string, string>> = { ratings: "5 4", details: "Shakespeare" };

/** What runs in the pods. */
export function programs(mesh: () => Mesh): Programs {
  return function* ({ endpoint, request: asked }): Task<HttpAnswer> {
    const { workload } = endpoint;
    const app = workload?.labels.app ?? "";
    const program = PROGRAMS[app];
    const fixed = ANSWERS[app];
    if (workload === undefined || (program === undefined && fixed === undefined)) return "refused";
    const user = header(asked.headers, "end-user");
    const { status, body } = program ? yield* program(mesh(), workload, user) : { status: 200, body: fixed ?? "" };
    return { status, headers: [["content-length", String(body.length)]], body: Buffer.from(body) };
  };
}
