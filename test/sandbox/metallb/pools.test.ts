import { describe, expect, test } from "vitest";
import { freeAddress, poolError, poolHolding, runsImage } from "../../../src/sandbox/metallb/index.ts";
import { poolOf, poolsInOrder } from "../../../src/sandbox/metallb/pools.ts";
import type { JsonObject, KubeObject } from "../../../src/sandbox/objects/index.ts";

function pool(name: string, addresses: readonly string[], spec: JsonObject = {}): KubeObject {
  return { apiVersion: "metallb.io/v1beta1", kind: "IPAddressPool", metadata: { name }, spec: { addresses, ...spec } };
}

describe("the lowest free address", () => {
  test.each([
    ["10.0.0.5-10.0.0.9", [], "10.0.0.5"],
    [" 10.0.0.5 - 10.0.0.9 ", ["10.0.0.5", "10.0.0.6"], "10.0.0.7"],
    ["10.0.0.9-10.0.0.9", ["10.0.0.9"], undefined],
    ["10.0.0.255-10.0.1.1", ["10.0.0.255"], "10.0.1.0"],
    ["10.0.0.4/30", [], "10.0.0.4"],
    ["10.0.0.7/30", ["10.0.0.4"], "10.0.0.5"],
    ["10.0.0.4/32", ["10.0.0.4"], undefined],
    ["255.255.255.255/32", [], "255.255.255.255"],
    ["fc00::/120", [], undefined],
  ])("%s without %j: %s", (entry, taken, wanted) => {
    expect(freeAddress(poolOf(pool("p", [entry])), new Set(taken))).toBe(wanted);
  });

  test("a pool may leave out those that end in 0 and 255", () => {
    const read = poolOf(pool("p", ["10.0.0.255-10.0.1.1"], { avoidBuggyIPs: true }));
    expect(freeAddress(read, new Set())).toBe("10.0.1.1");
    expect(poolHolding([read], "10.0.1.0")).toBeUndefined();
  });
});

test("pools are asked by priority, those without one last, then by name", () => {
  const order = poolsInOrder([
    pool("b", []),
    pool("z", [], { serviceAllocation: { priority: 1 } }),
    pool("a", []),
    pool("y", [], { serviceAllocation: { priority: 20 } }),
  ]);
  expect(order.map(({ name }) => name)).toEqual(["z", "y", "a", "b"]);
});

describe("what the webhook has against a pool", () => {
  const others = [pool("taken", ["10.0.0.10-10.0.0.20"])];
  test.each([
    [["10.0.0.1-10.0.0.9", "10.0.0.21/32", "fc00::/120"], undefined],
    [[], "pool has no prefixes defined"],
    [["10.0.0.1"], 'invalid CIDR "10.0.0.1" in pool "p"'],
    [["10.0.0.1/33"], 'invalid CIDR "10.0.0.1/33"'],
    [["10.0.0.01-10.0.0.9"], 'invalid start IP "10.0.0.01"'],
    [["10.0.0.1-10.0.0.256"], 'invalid end IP "10.0.0.256"'],
    [["10.0.0.9-10.0.0.1"], "is after the end IP"],
    [["10.0.0.1-10.0.0.2-10.0.0.3"], "invalid IP range"],
    [["10.0.0.20-10.0.0.30"], 'overlaps with already defined CIDR "10.0.0.10-10.0.0.20"'],
    [["10.0.0.1-10.0.0.5", "10.0.0.5-10.0.0.6"], "overlaps"],
  ])("%j", (addresses, wanted) => {
    const error = poolError(pool("p", addresses), others);
    if (wanted === undefined) expect(error).toBeUndefined();
    else expect(error).toContain(wanted);
  });

  test("a pool does not overlap with its own older self", () => {
    expect(poolError(pool("taken", ["10.0.0.15-10.0.0.25"]), others)).toBeUndefined();
  });
});

test.each([
  ["quay.io/metallb/controller:v0.16.1", true],
  ["metallb/controller", true],
  ["quay.io/metallb/controller@sha256:abc", true],
  ["quay.io/metallb/controller-extra:v1", false],
  ["quay.io/notmetallb/controller:v1", false],
])("%s is MetalLB's controller: %s", (image, wanted) => {
  const object = { spec: { template: { spec: { containers: [{ image }] } } } } as unknown as KubeObject;
  expect(runsImage(object, "metallb/controller")).toBe(wanted);
});
