import { type Answer, ask, type OpenClass } from "./classes.ts";

/** A learner of a test's class, by requests alone. */
export interface Member {
  readonly token: string;
  readonly number: number;
  /** The number of the last notice when they joined. */
  readonly notice: number;
  get(path: string, headers?: Readonly<Record<string, string>>): Promise<Answer>;
  post(path: string, body: unknown): Promise<Answer>;
  /** The events that come next. */
  tell(...events: readonly object[]): Promise<Answer>;
}

/** Join a class as learner number `n` of the test; `sent` is the learner's clock, which events are told by. */
export async function memberOf(
  { url, code }: Pick<OpenClass, "url" | "code">,
  n: number,
  handle: string,
  sent = 1000,
): Promise<Member> {
  const token = n.toString(16).padStart(64, "0");
  const learner = `00000000-0000-4000-8000-${String(n).padStart(12, "0")}`;
  const auth = { authorization: `Bearer ${token}`, "content-type": "application/json" };
  const post = (path: string, body: unknown) => ask(`${url}${path}`, "POST", auth, JSON.stringify(body));
  const joined = JSON.parse((await post("/v1/join", { v: 1, code, learner, token, course: "course", handle })).body);
  let next = Number(joined.next);
  return {
    token,
    number: n,
    notice: Number(joined.notice),
    get: (path, headers = {}) => ask(`${url}${path}`, "GET", { ...auth, ...headers }),
    post,
    tell: async (...events) => {
      const answer = await post("/v1/events", { v: 1, from: next, sent, events });
      next = Number(JSON.parse(answer.body).next);
      return answer;
    },
  };
}
