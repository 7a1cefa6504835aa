import { expect, test } from "vitest";
import { HostScreen } from "../../src/cli/class/host-screen.ts";
import type { Io } from "../../src/cli/io.ts";

const said: string[] = [];
let now = 0;
const io = { now: () => now, say: (text: string) => void said.push(text) } as unknown as Io;

const refused = (address: string, reason: string) => (screen: HostScreen) =>
  screen.refused({ address, request: "POST /v1/events", reason });
const fault = (error: unknown) => (screen: HostScreen) => screen.fault(error);

test.each<[string, (screen: HostScreen) => void, string, (screen: HostScreen) => void, string]>([
  [
    "fault",
    fault(new Error("the disk is full")),
    "learn-istio: the disk is full\n",
    fault("another"),
    "learn-istio: another\n",
  ],
  [
    "refusal",
    refused("10.0.0.1", "No token."),
    "refused: 10.0.0.1 POST /v1/events: No token.\n",
    refused("10.0.0.2", "No token."),
    "refused: 10.0.0.2 POST /v1/events: No token.\n",
  ],
])("the same %s is said once in 10 s, another one at once", (_, one, oneText, other, otherText) => {
  said.length = 0;
  now = 1000;
  const screen = new HostScreen(io, false);
  one(screen);
  now = 10_999;
  one(screen);
  other(screen);
  expect(said).toEqual([oneText, otherText]);
  now = 11_000;
  one(screen);
  other(screen);
  expect(said).toEqual([oneText, otherText, oneText]);
});
