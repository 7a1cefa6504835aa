import { expect, test } from "vitest";
import { parse } from "yaml";
import { releaseNamed } from "../../../../src/sandbox/istio/index.ts";
import { decodeError } from "../../../../src/sandbox/istio/validation/decode.ts";

const definitions = releaseNamed("1.31.0")?.definitions ?? "";

/** A kind, its spec, and why it is no message of its kind. */
test.each<readonly [kind: string, spec: string, said: string | undefined]>([
  ["DestinationRule", "{ host: a, trafficPolicy: { outlierDetection: { maxEjectionPercent: 100 } } }", undefined],
  ["DestinationRule", "{ host: a, trafficPolicy: { outlierDetection: { maxEjectionPercent: '100' } } }", undefined],
  [
    "DestinationRule",
    "{ host: a, trafficPolicy: { outlierDetection: { maxEjectionPercent: true } } }",
    "json: cannot unmarshal bool into Go value of type int32",
  ],
  [
    "DestinationRule",
    "{ host: a, trafficPolicy: { outlierDetection: { maxEjectionPercent: 10x } } }",
    "invalid character 'x' after top-level value",
  ],
  ["DestinationRule", "{ host: [a] }", "json: cannot unmarshal array into Go value of type string"],
  [
    "DestinationRule",
    "{ host: a, subsets: x }",
    "json: cannot unmarshal string into Go value of type []json.RawMessage",
  ],
  ["DestinationRule", "{ host: a, traffic_policy: {} }", undefined],
  ["DestinationRule", "{ host: a, hosts: [b] }", 'unknown field "hosts" in istio.networking.v1alpha3.DestinationRule'],
  ["VirtualService", "{ hosts: [a], http: [{ timeout: 2s }] }", undefined],
  ["Unheard", "{ anything: goes }", undefined],
])("%s %s: %s", (kind, spec, said) => {
  const object = { apiVersion: "networking.istio.io/v1", kind, metadata: { name: "it" }, spec: parse(spec) };
  expect(decodeError(object, definitions)).toBe(said);
});
