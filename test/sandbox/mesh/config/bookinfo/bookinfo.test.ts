import { expect, test } from "vitest";
import type { Mesh } from "../../../../../src/sandbox/mesh/mesh.ts";
import type { Hop, HttpAnswer, Workload } from "../../../../../src/sandbox/mesh/model.ts";
import { fromPod, plainly } from "../../../../../src/sandbox/mesh/proxy/outbound.ts";
import { emptyState } from "../../../../../src/sandbox/mesh/state.ts";
import { VirtualTime } from "../../../../../src/sandbox/mesh/virtual-time.ts";
import { seeded } from "../../mesh.ts";
import { meshOf } from "../cluster.ts";
import { programs, request } from "./programs.ts";
import { RULES, type RuleName } from "./rules.ts";

/** Bookinfo under some rules, in virtual time. */
function bookinfo(...rules: readonly RuleName[]) {
  const { config, add } = meshOf(...rules.map((name) => RULES[name]));
  const hops: Hop[] = [];
  const time = new VirtualTime(programs(() => mesh));
  const mesh: Mesh = {
    get config() {
      return config();
    },
    state: emptyState(),
    now: time.now,
    random: seeded(7),
    onHop: (hop) => hops.push(hop),
  };
  const at = (address: string): Workload => {
    const found = config().workloadAt(address);
    if (found === undefined) throw new Error(`nobody at ${address}`);
    return found;
  };
  const said = (answer: HttpAnswer | "unreachable"): string =>
    typeof answer === "string" ? answer : `${answer.status} ${answer.body}`.trim();
  const timed = (run: () => HttpAnswer | "unreachable"): string => {
    const before = time.now();
    const text = said(run());
    return time.now() === before ? text : `${text} after ${time.now() - before} ms`;
  };
  return {
    hops,
    apply: (name: RuleName) => add(RULES[name]),
    /** From outside, by a gateway's pod. */
    browse: (path: string, pod = "10.244.0.5", port = 8080) => {
      const direct = () => ({ address: pod, port, workload: at(pod), weight: 1 });
      const destination = { address: pod, port };
      return timed(() =>
        time.run(plainly(mesh, undefined, destination, request(path, "172.18.255.200"), direct, "172.18.0.1")),
      );
    },
    /** From a pod of the mesh straight to a service. */
    call: (host: string, address: string, user?: string, from = "10.244.0.2") =>
      timed(() =>
        time.run(fromPod(mesh, at(from), { address, port: 9080 }, request("/", host, user), () => "unreachable")),
      ),
  };
}

type Bookinfo = ReturnType<typeof bookinfo>;
const reviews = (of: Bookinfo, user?: string): string => of.call("reviews:9080", "10.96.0.13", user);
const page = (of: Bookinfo, user?: string): string => of.call("productpage:9080", "10.96.0.10", user);

/** Which versions answered, of a thousand. */
function versions(of: Bookinfo, user?: string): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (let i = 0; i < 1000; i++) {
    const version = reviews(of, user).slice(4, 6);
    counts[version] = (counts[version] ?? 0) + 1;
  }
  return counts;
}

test("the gateway's port is closed until a Gateway opens it, and takes only its paths then", () => {
  const of = bookinfo();
  expect(of.browse("/productpage")).toBe("refused");
  of.apply("gateway");
  const paths = ["/productpage", "/productpage?u=test", "/static/x.css", "/api/v1/products", "/productpageX", "/"];
  expect(paths.map((path) => of.browse(path).slice(0, 3))).toEqual(["200", "200", "200", "200", "404", "404"]);
  expect(of.browse("/")).toBe("404");
});

test("a page passes five proxies, each with the names of its route and cluster", () => {
  const of = bookinfo("gateway", "destinations", "allV1");
  of.browse("/productpage");
  expect(
    of.hops.map((hop) => [hop.workload.name, hop.direction, hop.cluster, hop.routeName, hop.transport].join(" ")),
  ).toEqual([
    "details-v1 inbound inbound|9080|| default mutual",
    "productpage-v1 outbound outbound|9080|v1|details.default.svc.cluster.local  plaintext",
    "reviews-v1 inbound inbound|9080|| default mutual",
    "productpage-v1 outbound outbound|9080|v1|reviews.default.svc.cluster.local  plaintext",
    "productpage-v1 inbound inbound|9080|| default mutual",
    "ingress gateway outbound|9080||productpage.default.svc.cluster.local  plaintext",
  ]);
});

test.each<[readonly RuleName[], string | undefined, Readonly<Record<string, number>>]>([
  [[], undefined, { v1: 340, v2: 335, v3: 325 }],
  [["destinationReviews"], undefined, { v1: 340, v2: 335, v3: 325 }],
  [["destinations", "allV1"], undefined, { v1: 1000 }],
  [["destinations", "reviewsTestV2"], undefined, { v1: 1000 }],
  [["destinations", "reviewsTestV2"], "jason", { v2: 1000 }],
  [["destinations", "reviewsJasonV2V3"], undefined, { v3: 1000 }],
  [["destinations", "reviewsJasonV2V3"], "jason", { v2: 1000 }],
  [["destinations", "reviews50V3"], undefined, { v1: 500, v3: 500 }],
  [["destinations", "reviews8020"], undefined, { v1: 800, v2: 200 }],
  [["destinations", "reviews9010"], undefined, { v1: 900, v2: 100 }],
  [["destinations", "reviewsV2V3"], undefined, { v2: 500, v3: 500 }],
  [["destinationsMtls", "reviewsV3"], undefined, { v3: 1000 }],
  [["apiVersions", "apiReviewsV1"], undefined, { v1: 1000 }],
  [["apiVersions", "apiReviewsV3"], undefined, { v3: 1000 }],
  [["apiVersions", "apiReviews50V3"], undefined, { v1: 500, v3: 500 }],
  [["apiVersions", "apiReviews9010"], undefined, { v1: 900, v3: 100 }],
])("%j for %s: %j", (rules, user, expected) => {
  const counts = versions(bookinfo(...rules), user);
  expect(Object.keys(counts).sort()).toEqual(Object.keys(expected));
  // Four standard deviations of a thousand draws are at most 63; the draws are always the same.
  for (const [version, share] of Object.entries(expected)) {
    const isAll = share === 1000;
    expect(Math.abs((counts[version] ?? 0) - share)).toBeLessThanOrEqual(isAll ? 0 : 63);
  }
});

test.each<[readonly RuleName[], string | undefined, string]>([
  // The versions' own patience with ratings: 10 s, and 2.5 s.
  [["destinations", "ratingsDelay", "reviewsV2"], "jason", "200 details 200, reviews 0 after 6000 ms"],
  [["destinations", "ratingsDelay", "reviewsV3"], "jason", "200 details 200, v3 ratings 0 after 2500 ms"],
  [["destinations", "ratingsDelay", "reviewsV2"], undefined, "200 details 200, v2 ratings 200"],
  [["destinations", "ratingsDelay2s", "reviewsV2"], undefined, "200 details 200, v2 ratings 200 after 2000 ms"],
  [["destinations", "ratingsDelay2s", "reviewsV2Timeout"], undefined, "200 details 200, reviews 504 after 1000 ms"],
  [["destinations", "ratingsAbort", "reviewsV2"], "jason", "200 details 200, v2 ratings 500"],
  [["destinations", "ratingsAbort", "reviewsV2"], undefined, "200 details 200, v2 ratings 200"],
  [["destinations", "ratingsDb", "reviewsV2"], undefined, "200 details 200, v2 ratings 503"],
  [["destinations", "ratingsMysql", "reviewsV3"], undefined, "200 details 200, v3 ratings 503"],
  [["detailsAbort", "destinationReviews", "reviewsV3"], undefined, "200 details 555, v3 ratings 200"],
  [["destinations", "detailsV2", "reviewsV3"], undefined, "200 details 503, v3 ratings 200"],
])("the page under %j for %s", (rules, user, expected) => {
  expect(page(bookinfo(...rules), user)).toBe(expected);
});

test("a subset that nobody defines and one that chooses nobody are told apart", () => {
  const without = bookinfo("reviewsV3");
  expect(reviews(without)).toBe("503");
  expect(without.hops.at(-1)?.responseFlags).toEqual(["NC"]);
  const empty = bookinfo("destinations", "ratingsDb");
  expect(empty.call("ratings", "10.96.0.12")).toBe("503 no healthy upstream");
  expect(empty.hops.at(-1)?.responseFlags).toEqual(["UH"]);
});

test("a Gateway of the Gateway API has proxies of its own", () => {
  const of = bookinfo("apiGateway");
  expect(
    ["/productpage", "/static", "/static/a", "/staticX", "/"].map((path) =>
      of.browse(path, "10.244.0.30", 80).slice(0, 3),
    ),
  ).toEqual(["200", "200", "200", "404", "404"]);
  expect(of.browse("/productpage")).toBe("refused");
});

test("new weights hold for the next request", () => {
  const of = bookinfo("destinations", "allV1");
  expect(reviews(of)).toBe("200 v1");
  of.apply("reviewsV3");
  expect(reviews(of)).toBe("200 v3 ratings 200");
});
