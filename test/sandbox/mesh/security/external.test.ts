import { expect, test } from "vitest";
import type { HttpAnswer, HttpRequest } from "../../../../src/sandbox/mesh/model.ts";
import type { JsonObject } from "../../../../src/sandbox/objects/index.ts";
import { answering, cluster, endpoint, get, workload } from "../mesh.ts";
import { decide, type Policy } from "./decide.ts";

const CLUSTER = "outbound|8000||ext-authz.foo.svc.cluster.local";
const judge = workload("ext-authz", "10.244.0.8", { proxy: undefined });
const provider = (more: JsonObject = {}, protocol = "envoyExtAuthzHttp"): JsonObject => ({
  name: "judge",
  [protocol]: { service: "ext-authz.foo.svc.cluster.local", port: 8000, ...more },
});
const custom = (rules: readonly JsonObject[] = [{}], name = "judge", policy = "p"): Policy => [
  "AuthorizationPolicy",
  `default/${policy}`,
  { action: "CUSTOM", provider: { name }, rules },
];
const DENIED = "rbac_access_denied_matched_policy";

/** What becomes of a request, and what the judge was asked. */
function tried(
  answer: HttpAnswer | "late",
  own: readonly JsonObject[] = [provider()],
  policies: readonly Policy[] = [custom()],
  request: HttpRequest = get("/a?b=c", [
    ["authorization", "Bearer x"],
    ["x-user", "jason"],
  ]),
) {
  const asked: HttpRequest[] = [];
  const decision = decide(policies, request, {
    providers: own,
    clusters: [cluster(CLUSTER, [endpoint(judge, 8000)])],
    programs: ({ request: check }) => {
      asked.push(check);
      return answer === "late"
        ? answering({ status: 200, headers: [], body: Buffer.alloc(0) }, 5000)
        : answering(answer as never);
    },
  });
  if (!("response" in decision)) return { asked, outcome: "admitted", decision };
  const { response, details, flags } = decision;
  return { asked, outcome: `${response.status} ${flags.join() || "-"} ${details}`, decision };
}

const yes = { status: 200, headers: [["X-Judged", "yes"]] as const, body: Buffer.alloc(0) };
const no = {
  status: 401,
  headers: [
    ["X-Why", "no"],
    ["location", "/login"],
  ] as const,
  body: Buffer.from("go away"),
};

test.each<readonly [title: string, given: Parameters<typeof tried>, outcome: string, times: number]>([
  ["yes", [yes], "admitted", 1],
  ["no", [no], "401 UAEX ext_authz_denied", 1],
  ["an error is no", [{ ...no, status: 503 }], "403 UAEX ext_authz_error", 1],
  [
    "an error with a status of its own",
    [{ ...no, status: 500 }, [provider({ statusOnError: "503" })]],
    "503 UAEX ext_authz_error",
    1,
  ],
  ["an error that lets pass", [{ ...no, status: 500 }, [provider({ failOpen: true })]], "admitted", 1],
  ["nobody there", ["refused"], "403 UAEX ext_authz_error", 1],
  ["nobody there, which lets pass", ["refused", [provider({ failOpen: true })]], "admitted", 1],
  ["too late", ["late", [provider({ timeout: "2s" })]], "403 UAEX ext_authz_error", 1],
  ["in time", ["late", [provider({ timeout: "6s" })]], "admitted", 1],
  ["by gRPC nobody can be asked", [yes, [provider({}, "envoyExtAuthzGrpc")]], "403 UAEX ext_authz_error", 0],
  [
    "what no rule matches is not asked about",
    [no, undefined, [custom([{ to: [{ operation: { paths: ["/x"] } }] }])]],
    "admitted",
    0,
  ],
  [
    "a provider that is not known refuses what its rule matches",
    [yes, []],
    `403 - ${DENIED}[istio-ext-authz-judge-ns[default]-policy[p]-rule[0]-deny-due-to-bad-CUSTOM-action]`,
    0,
  ],
  ["and nothing else", [yes, [], [custom([{ to: [{ operation: { methods: ["PUT"] } }] }])]], "admitted", 0],
  [
    "a provider whose service is not known",
    [yes, [provider({ service: "gone.foo.svc.cluster.local" })]],
    `403 - ${DENIED}[istio-ext-authz-judge-ns[default]-policy[p]-rule[0]-deny-due-to-bad-CUSTOM-action]`,
    0,
  ],
  [
    "two providers for one workload",
    [yes, undefined, [custom(), custom([{}], "other", "q")]],
    `403 - ${DENIED}[istio-ext-authz-judge-ns[default]-policy[p]-rule[0]-deny-due-to-bad-CUSTOM-action]`,
    0,
  ],
  [
    "one provider for two policies is asked once",
    [yes, undefined, [custom(), custom([{}], "judge", "q")]],
    "admitted",
    1,
  ],
  [
    "its yes is not the last word",
    [yes, undefined, [custom(), ["AuthorizationPolicy", "default/d", { action: "DENY", rules: [{}] }]]],
    `403 - ${DENIED}[ns[default]-policy[d]-rule[0]]`,
    1,
  ],
])("%s", (_title, given, outcome, times) => {
  const result = tried(...given);
  expect([result.outcome, result.asked.length]).toEqual([outcome, times]);
});

test("the question has the request's method, path and host, and no headers but those that are named", () => {
  const more = {
    pathPrefix: "/check",
    includeRequestHeadersInCheck: ["x-*"],
    includeAdditionalHeadersInCheck: { from: "mesh" },
  };
  const [check] = tried(yes, [provider(more)]).asked;
  expect([check?.method, check?.path, check?.headers, check?.body.length]).toEqual([
    "GET",
    "/check/a?b=c",
    [
      ["host", "web"],
      ["authorization", "Bearer x"],
      ["content-length", "0"],
      ["x-user", "jason"],
      ["from", "mesh"],
    ],
    0,
  ]);
});

test("a yes may add to the request and to the answer", () => {
  const named = { headersToUpstreamOnAllow: ["x-judged"], headersToDownstreamOnAllow: ["x-j*"] };
  const { decision } = tried(yes, [provider(named)]);
  if ("response" in decision) throw new Error(decision.details);
  expect(decision.request.headers.at(-1)).toEqual(["x-judged", "yes"]);
  expect(decision.headers).toEqual([["X-Judged", "yes"]]);
  expect(tried(yes).decision).toHaveProperty("headers", []);
});

test.each([
  ["all of it", {}, ["X-Why", "location", "content-type"]],
  ["what is named, and what is always told", { headersToDownstreamOnDeny: ["x-other"] }, ["location", "content-type"]],
])("a no goes to the client: %s", (_title, more, names) => {
  const { decision } = tried(no, [provider(more)]);
  if (!("response" in decision)) throw new Error("admitted");
  expect(decision.response.headers.map(([name]) => name)).toEqual(names);
  expect(String(decision.response.body)).toBe("go away");
});
