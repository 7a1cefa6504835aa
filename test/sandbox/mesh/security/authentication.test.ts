import { expect, test } from "vitest";
import type { HttpRequest } from "../../../../src/sandbox/mesh/model.ts";
import type { JsonObject } from "../../../../src/sandbox/objects/index.ts";
import { decide, type Policy } from "./decide.ts";
import { encoded, publicKey, strangeKey, token } from "./tokens.ts";

const NOW = Date.UTC(2026, 10, 23) / 1000;
const ISSUER = "https://issuer.example";
const GOOD = { iss: ISSUER, sub: "jason", exp: NOW + 3600 };

function rules(...own: readonly JsonObject[]): Policy {
  const jwtRules = own.map((rule) => ({ issuer: ISSUER, jwks: jwks(publicKey("ES256")), ...rule }));
  return ["RequestAuthentication", "default/tokens", { jwtRules }];
}

function jwks(...keys: readonly JsonObject[]): string {
  return JSON.stringify({ keys });
}

function sent(text?: string, more: Partial<HttpRequest> = {}): HttpRequest {
  const bearer = text === undefined ? [] : [["authorization", `Bearer ${text}`] as const];
  return {
    method: "GET",
    path: "/headers?a=b",
    headers: [["host", "web:8000"], ...bearer],
    body: Buffer.alloc(0),
    ...more,
  };
}

/** What is wrong with a token in the usual place. */
const REFUSALS: readonly (readonly [title: string, text: string, message: string, rule?: JsonObject])[] = [
  ["one part", "nonsense", "Jwt is not in the form of Header.Payload.Signature with two dots and 3 sections"],
  ["an empty part", "a..b", "Jwt is not in the form of Header.Payload.Signature with two dots and 3 sections"],
  ["four parts", "a.b.c.d", "Jwt is not in the form of Header.Payload.Signature with two dots and 3 sections"],
  ["a head that is no Base64", "a*.b.c", "Jwt header is an invalid Base64url encoded"],
  ["a head that is no JSON", `${encoded("no")}.b.c`, "Jwt header is an invalid JSON"],
  ["no algorithm", `${encoded({})}.b.c`, "Jwt header [alg] field is required and must be a string"],
  ["an unknown algorithm", `${encoded({ alg: "none" })}.b.c`, "Jwt header [alg] is not supported"],
  ["a key's name that is no text", token(GOOD, "ES256", { kid: 7 }), "Jwt header [kid] field is not a string"],
  ["a payload that is no JSON", `${encoded({ alg: "ES256" })}.${encoded("no")}.YQ`, "Jwt payload is an invalid JSON"],
  ["a subject that is no text", token({ ...GOOD, sub: 7 }), "Jwt payload [sub] field is not a string"],
  ["an end that is no number", token({ ...GOOD, exp: "soon" }), "Jwt payload [exp] field is not an integer"],
  ["an end before time", token({ ...GOOD, exp: -1 }), "Jwt payload [exp] field is not a positive 64 bit integer"],
  [
    "an audience that is no text",
    token({ ...GOOD, aud: [7] }),
    "Jwt payload [aud] field is not a string or string list",
  ],
  ["a signature that is no Base64", `${token(GOOD)}*`, "Jwt signature is an invalid Base64url encoded"],
  ["another issuer", token({ ...GOOD, iss: "https://other.example" }), "Jwt issuer is not configured"],
  ["no issuer", token({ sub: "jason" }), "Jwt issuer is not configured"],
  ["over by more than a minute", token({ ...GOOD, exp: NOW - 61 }), "Jwt is expired"],
  ["to come in more than a minute", token({ ...GOOD, nbf: NOW + 61 }), "Jwt not yet valid"],
  [
    "another payload",
    token(GOOD).replace(/\.[^.]+\./, `.${encoded({ ...GOOD, sub: "root" })}.`),
    "Jwt verification fails",
  ],
  ["another's key", token(GOOD), "Jwt verification fails", { jwks: jwks(strangeKey()) }],
  [
    "a key of another name",
    token(GOOD, "ES256", { kid: "a" }),
    "Jwks doesn't have key to match kid or alg from Jwt",
    { jwks: jwks(publicKey("ES256", { kid: "b" })) },
  ],
  [
    "a key for another algorithm",
    token(GOOD),
    "Jwks doesn't have key to match kid or alg from Jwt",
    { jwks: jwks(publicKey("RS256", { alg: "RS256" })) },
  ],
  [
    "the public key taken for a secret",
    token(GOOD, "HS256"),
    "Jwt verification fails",
    { jwks: jwks(publicKey("RS256")) },
  ],
  ["keys that cannot be read", token(GOOD), "Jwks doesn't have any valid public key", { jwks: "no JSON" }],
  [
    "keys that cannot be had",
    token(GOOD, "ES256", { kid: "a" }),
    "Jwks doesn't have key to match kid or alg from Jwt",
    { jwks: undefined, jwksUri: "https://elsewhere.example/keys" },
  ],
  ["another audience", token({ ...GOOD, aud: "web" }), "Audiences in Jwt are not allowed", { audiences: ["shop"] }],
  ["no audience", token(GOOD), "Audiences in Jwt are not allowed", { audiences: ["shop"] }],
];

const refusals = REFUSALS.map(([title, text, message, rule = {}]) => ({ title, text, message, rule }));

test.each(refusals)("refused: $title", ({ text, message, rule }) => {
  const decision = decide([rules(rule)], sent(text), { at: NOW * 1000 });
  expect(
    "response" in decision && [
      decision.response.status,
      String(decision.response.body),
      decision.response.headers[0],
      decision.details,
      decision.flags,
    ],
  ).toEqual([
    message.startsWith("Audiences") ? 403 : 401,
    message,
    ["www-authenticate", 'Bearer realm="http://web:8000/headers?a=b", error="invalid_token"'],
    `jwt_authn_access_denied{${message.replaceAll(" ", "_")}}`,
    [],
  ]);
});

const ADMISSIONS: readonly (readonly [title: string, request: HttpRequest, rule?: JsonObject])[] = [
  ["no token", sent()],
  ["another scheme than Bearer", sent(undefined, { headers: [["authorization", "Basic YTpi"]] })],
  ["a good token", sent(token(GOOD))],
  ["one without an end", sent(token({ iss: ISSUER }))],
  ["over by a minute", sent(token({ ...GOOD, exp: NOW - 60 }))],
  ["to come in a minute", sent(token({ ...GOOD, nbf: NOW + 60 }))],
  ["an audience of several", sent(token({ ...GOOD, aud: ["a", "shop"] })), { audiences: ["shop", "b"] }],
  ["an audience as a URL", sent(token({ ...GOOD, aud: "https://shop/" })), { audiences: ["shop"] }],
  ["a key among others", sent(token(GOOD)), { jwks: jwks(strangeKey(), publicKey("ES256")) }],
  ["a key by its name", sent(token(GOOD, "ES256", { kid: "a" })), { jwks: jwks(publicKey("ES256", { kid: "a" })) }],
  ["a key without a name", sent(token(GOOD, "ES256", { kid: "a" }))],
  ["the query's token", sent(undefined, { path: `/?access_token=${token(GOOD)}` })],
  [
    "a question beforehand, with a bad token",
    {
      ...sent("bad"),
      method: "OPTIONS",
      headers: [
        ["origin", "http://a"],
        ["access-control-request-method", "GET"],
        ["authorization", "Bearer bad"],
      ],
    },
  ],
  ["a bad token where nobody looks", sent("bad"), { fromHeaders: [{ name: "x-token" }] }],
  ...["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "EdDSA", "HS256"].map(
    (algorithm) =>
      [`signed by ${algorithm}`, sent(token(GOOD, algorithm)), { jwks: jwks(publicKey(algorithm)) }] as const,
  ),
];

const admissions = ADMISSIONS.map(([title, request, rule = {}]) => ({ title, request, rule }));

test.each(admissions)("admitted: $title", ({ request, rule }) => {
  const decision = decide([rules(rule)], request, { at: NOW * 1000 });
  expect("response" in decision ? String(decision.response.body) : "admitted").toBe("admitted");
});

test.each<readonly [title: string, request: HttpRequest, rule: JsonObject, path: string, headers: readonly string[]]>([
  ["the token stays behind", sent(token(GOOD)), {}, "/headers?a=b", []],
  ["the query's token too", sent(undefined, { path: `/a?b=c&access_token=${token(GOOD)}&d` }), {}, "/a?b=c&d", []],
  [
    "unless it is to go on",
    sent(token(GOOD)),
    { forwardOriginalToken: true },
    "/headers?a=b",
    [`authorization: Bearer ${token(GOOD)}`.slice(0, 30)],
  ],
  [
    "the payload in a header",
    sent(token(GOOD)),
    { outputPayloadToHeader: "X-Payload" },
    "/headers?a=b",
    [`x-payload: ${encoded(GOOD)}`.slice(0, 30)],
  ],
  [
    "claims in headers, texts and numbers and truths only",
    sent(token({ ...GOOD, n: 7, f: 1.5, yes: true, deep: { er: "x" }, list: ["a"] })),
    {
      outputClaimToHeaders: ["sub", "n", "f", "yes", "deep.er", "list", "deep", "missing"].map((claim) => ({
        header: `X-${claim}`,
        claim,
      })),
    },
    "/headers?a=b",
    ["x-sub: jason", "x-n: 7", "x-f: 1.500000", "x-yes: true", "x-deep.er: x"],
  ],
  [
    "what only a token may say is not taken from elsewhere",
    sent(undefined, {
      headers: [
        ["host", "web"],
        ["X-Sub", "root"],
        ["x-payload", "forged"],
      ],
    }),
    { outputPayloadToHeader: "x-payload", outputClaimToHeaders: [{ header: "x-sub", claim: "sub" }] },
    "/headers?a=b",
    [],
  ],
])("what goes on: %s", (_title, request, rule, path, headers) => {
  const decision = decide([rules(rule)], request, { at: NOW * 1000 });
  if ("response" in decision) throw new Error(decision.details);
  const others = decision.request.headers.filter(([name]) => name !== "host");
  expect([decision.request.path, others.map(([name, value]) => `${name}: ${value}`.slice(0, 30))]).toEqual([
    path,
    headers,
  ]);
});

const OTHER = "https://other.example";
const TWO = rules(
  { issuer: OTHER, jwks: jwks(publicKey("RS256")) },
  { fromHeaders: [{ name: "x-token", prefix: "jwt " }] },
);

test.each<readonly [title: string, headers: readonly (readonly [string, string])[], outcome: string]>([
  ["no token", [], "admitted"],
  ["a token of the one", [["authorization", `Bearer ${token({ iss: OTHER }, "RS256")}`]], "admitted"],
  ["a token of the other, in its place", [["x-token", `jwt ${token(GOOD)}`]], "admitted"],
  [
    "a token of the other, in the wrong place",
    [["authorization", `Bearer ${token(GOOD)}`]],
    "Jwt issuer is not configured",
  ],
  ["without the prefix it is none", [["x-token", token(GOOD)]], "admitted"],
  [
    "a bad one",
    [["x-token", "jwt bad"]],
    "Jwt is not in the form of Header.Payload.Signature with two dots and 3 sections",
  ],
  [
    "a good one beside a bad one",
    [
      ["x-token", `jwt ${token(GOOD)}`],
      ["authorization", "Bearer bad"],
    ],
    "admitted",
  ],
])("two issuers: %s", (_title, headers, outcome) => {
  const decision = decide([TWO], sent(undefined, { headers }), { at: NOW * 1000 });
  expect("response" in decision ? String(decision.response.body) : "admitted").toBe(outcome);
});

test("two tokens for one rule must both be good", () => {
  const request = sent(token(GOOD), { path: "/?access_token=bad" });
  expect(decide([rules({})], request, { at: NOW * 1000 })).toHaveProperty("response.status", 401);
});
