import { expect, test } from "vitest";
import type { Fault } from "../../../src/sandbox/mesh/config/config.ts";
import { bookinfo, FOR_JASON, to } from "./bookinfo.ts";

const STAR = "glyphicon glyphicon-star";
const count = (text: string, part: string): number => text.split("\n").filter((line) => line.includes(part)).length;
const delay = (ms: number): Fault => ({ delay: { ms, percent: 100 }, abort: undefined });
const abort = (status: number): Fault => ({ delay: undefined, abort: { status, percent: 100 } });

test.each([
  ["v1", 0, ""],
  ["v2", 9, "text-black-500"],
  ["v3", 9, "text-red-500"],
])("the page with reviews %s has %i stars", (version, stars, colour) => {
  const { ask } = bookinfo({ reviews: [to("reviews", version)] });
  const { status, text } = ask("/productpage");
  expect([status, count(text, STAR), text.includes(colour)]).toEqual([200, stars, true]);
  expect(text).toContain(`Reviews served by:\n  reviews-${version}\n`);
  expect(text).toContain("<title>Simple Bookstore App</title>");
  expect([count(text, "Book Details"), count(text, "Book Reviews"), count(text, "Error fetching")]).toEqual([1, 1, 0]);
});

test("without rules all versions of the reviews answer, about as often", () => {
  const { ask } = bookinfo();
  const seen = new Map<string, number>();
  for (let left = 300; left > 0; left -= 1) {
    const { podname } = JSON.parse(ask("/api/v1/products/0/reviews").text) as { podname: string };
    seen.set(podname, (seen.get(podname) ?? 0) + 1);
  }
  expect([...seen].sort()).toMatchInlineSnapshot(`
    [
      [
        "reviews-v1",
        100,
      ],
      [
        "reviews-v2",
        99,
      ],
      [
        "reviews-v3",
        101,
      ],
    ]
  `);
});

const FAULTS = {
  "the ratings wait 7 s, reviews v2": { version: "v2", fault: delay(7000) },
  "the ratings wait 7 s, reviews v3": { version: "v3", fault: delay(7000) },
  "the ratings wait 2 s, reviews v2": { version: "v2", fault: delay(2000) },
  "the ratings abort with 500, reviews v2": { version: "v2", fault: abort(500) },
  "reviews may take 0.5 s, the ratings wait 2 s": { version: "v2", fault: delay(2000), timeoutMs: 500 },
};

/** What of a page tells how its backends fared. */
function signs(text: string): Record<string, number> {
  const parts = [
    STAR,
    "Error fetching product reviews",
    "Sorry, product reviews are",
    "Ratings service is currently unavailable",
  ];
  return Object.fromEntries(parts.map((part) => [part, count(text, part)]).filter(([, found]) => found !== 0));
}

test.each(Object.entries(FAULTS))("%s: for jason alone", (_name, { version, fault, ...more }) => {
  const { ask, signIn } = bookinfo({
    reviews: [to("reviews", version, { matches: [FOR_JASON], ...more }), to("reviews", "v1")],
    ratings: [to("ratings", "v1", { matches: [FOR_JASON], fault }), to("ratings", "v1")],
  });
  const jason = signIn("jason");
  const page = ask("/productpage", jason);
  const api = ask("/api/v1/products/0/reviews", jason);
  const other = ask("/productpage", signIn("other"));
  expect(page.text).toContain("<span>jason</span>");
  expect([other.status, other.ms, signs(other.text)]).toEqual([200, 0, {}]);
  // A header of the client's own is not passed on: only the session tells who the user is.
  expect(ask("/productpage", [["end-user", "jason"]]).ms).toBe(0);
  expect({ status: page.status, ms: page.ms, signs: signs(page.text), api: api.status }).toMatchSnapshot();
});

test("details aborted: the page says so, the API has the status", () => {
  const { ask, hops } = bookinfo({ details: [to("details", "v1", { fault: abort(555) })] });
  const page = ask("/productpage");
  expect([page.status, count(page.text, "Error fetching product details"), count(page.text, "Book Reviews")]).toEqual([
    200, 1, 1,
  ]);
  expect(page.text).toContain("<p>Sorry, product details are currently unavailable for this book.</p>");
  const { status, text } = ask("/api/v1/products/0");
  expect([status, text]).toEqual([555, '{"error": "Sorry, product details are currently unavailable for this book."}']);
  expect(hops.filter(({ details }) => details === "fault_filter_abort").map(({ workload }) => workload.name)).toEqual([
    "productpage-v1",
    "productpage-v1",
  ]);
});

test("a policy that allows nothing", () => {
  const origin = { kind: "AuthorizationPolicy", name: "allow-nothing", namespace: "default" } as const;
  const { ask } = bookinfo(
    {},
    {
      inbound: () => ({
        mutualTls: "PERMISSIVE",
        authentication: [],
        authorization: { custom: [], deny: [], allow: [{ origin, rules: [] }], audit: [] },
      }),
    },
  );
  const { status, text } = ask("/productpage");
  expect([status, text]).toEqual([403, "RBAC: access denied"]);
});

test.each([
  ["/health", "productpage"],
  ["/api/v1/products", "productpage"],
  ["/api/v1/products/0", "productpage"],
  ["/api/v1/products/0/ratings", "productpage"],
  ["/api/v1/products/0/nothing", "productpage"],
  ["/constructor", "productpage"],
  ["/logout", "productpage"],
  ["/login", "productpage"],
  ["/details/0", "details"],
  ["/details/x", "details"],
  ["/health", "details"],
  ["/ratings/0", "ratings"],
  ["/ratings/x", "ratings"],
  ["/health", "ratings"],
  ["/reviews/0", "reviews"],
  ["/reviews/x", "reviews"],
  ["/health", "reviews"],
])("GET %s of %s", (path, host) => {
  const { ask } = bookinfo({ reviews: [to("reviews", "v2")] });
  const { status, text, headers } = ask(path, [], "GET", "", host);
  const type = headers.find(([name]) => name === "content-type")?.[1];
  expect(`${status} ${type}\n${text}`).toMatchSnapshot();
});

test("ratings are replaced in memory, for the page too; the log tells who was asked", () => {
  const { ask, logOf } = bookinfo({ reviews: [to("reviews", "v3")] });
  const given = ask("/ratings/0", [], "POST", '{"Reviewer1":2,"Reviewer2":1}', "ratings");
  expect([given.status, given.text]).toEqual([200, '{"id":0,"ratings":{"Reviewer1":2,"Reviewer2":1}}']);
  expect(count(ask("/productpage").text, STAR)).toBe(3);
  expect(ask("/ratings/0", [], "POST", "{", "ratings").text).toBe('{"error":"please provide valid ratings JSON"}');
  expect(logOf("ratings-v1")).toEqual(["POST /ratings/0", "GET /ratings/0", "POST /ratings/0"]);
});

test("a session of one's own making is none; signing out ends one", () => {
  const { ask, signIn } = bookinfo();
  const [[name, value] = ["", ""]] = signIn("jason");
  expect(ask("/productpage", [[name, value]]).text).toContain("<span>jason</span>");
  const forged = value.replace(/=[^.]+/, `=${Buffer.from('{"user":"admin"}').toString("base64url")}`);
  expect(ask("/productpage", [[name, forged]]).text).not.toContain("Sign out");
  const out = ask("/logout", [["Referer", "/productpage"]]);
  expect([out.status, out.headers.find(([one]) => one === "set-cookie")?.[1]]).toEqual([
    302,
    "session=; Expires=Thu, 01 Jan 1970 00:00:00 GMT; Max-Age=0; HttpOnly; Path=/",
  ]);
});

test("the page counts what its backends said", () => {
  const { ask } = bookinfo({ details: [to("details", "v1", { fault: abort(503) })] });
  ask("/productpage");
  expect(ask("/metrics").text.split("\n").slice(2)).toEqual([
    'request_result_total{destination_app="details",response_code="503"} 1.0',
    'request_result_total{destination_app="reviews",response_code="200"} 1.0',
    "",
  ]);
});
