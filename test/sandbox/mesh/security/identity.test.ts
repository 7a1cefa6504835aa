import { expect, test } from "vitest";
import { certificateOf, identityOf, rootCertificate } from "../../../../src/sandbox/mesh/security/identity.ts";
import { workload } from "../mesh.ts";

const HOUR = 3_600_000;
const NOW = Date.UTC(2026, 10, 23);
const identity = identityOf("cluster.local", workload("client", "10.244.0.2"));

test("an identity names the trust domain, the namespace and the account", () => {
  expect(identity).toBe("spiffe://cluster.local/ns/default/sa/client");
});

test("a workload keeps its certificate for half a day, and each is good for a day", () => {
  const first = certificateOf(identity, "a", NOW);
  const renewal = first.notAfter - 12 * HOUR;
  expect([first.notBefore <= NOW, first.notAfter - first.notBefore]).toEqual([true, 24 * HOUR + 120_000]);
  expect(certificateOf(identity, "a", renewal - 1)).toEqual(first);
  const second = certificateOf(identity, "a", renewal);
  expect(second.notAfter - first.notAfter).toBe(12 * HOUR);
  expect(second.hash).not.toBe(first.hash);
  expect(certificateOf(identity, "a", NOW)).toEqual(first);
});

test("the first is of the time when the workload began", () => {
  const began = NOW - 13 * HOUR;
  const issued = (now: number): number => certificateOf(identity, "c", now, began).notBefore + 120_000;
  expect([issued(began), issued(began + 12 * HOUR - 1), issued(NOW)]).toEqual([began, began, began + 12 * HOUR]);
});

test("no two workloads share one, and all have the form that Istio prints", () => {
  const [one, other] = [certificateOf(identity, "a", NOW), certificateOf(identity, "b", NOW)];
  expect(one.hash).toMatch(/^[0-9a-f]{64}$/);
  expect(one.serialNumber).toMatch(/^\d{30,39}$/);
  expect([one.subject, one.issuer]).toEqual([identity, "O=cluster.local"]);
  expect([one.hash === other.hash, one.serialNumber === other.serialNumber]).toEqual([false, false]);
});

test("the root is its own issuer, for ten years", () => {
  const root = rootCertificate("cluster.local", NOW);
  expect([root.subject, root.issuer, (root.notAfter - root.notBefore) / HOUR / 24]).toEqual([
    "O=cluster.local",
    "O=cluster.local",
    3650,
  ]);
  expect(rootCertificate("cluster.local", NOW)).toEqual(root);
  expect(rootCertificate("cluster.local", NOW + 1).hash).not.toBe(root.hash);
});
