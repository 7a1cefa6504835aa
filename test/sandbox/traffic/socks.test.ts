import { describe, expect, test } from "vitest";
import { SocksHandshake, type SocksStep } from "../../../src/sandbox/traffic/socks.ts";

const credentials = { user: "me", password: "secret" };
const greeting = [5, 2, 0, 2];
const password = (user: string, word: string): number[] => [
  1,
  user.length,
  ...Buffer.from(user),
  word.length,
  ...Buffer.from(word),
];
const right = password("me", "secret");
const toAddress = [5, 1, 0, 1, 172, 18, 255, 200, 0, 80];
const name = "web.example";
const toName = [5, 1, 0, 3, name.length, ...Buffer.from(name), 1, 187];
const toIpv6 = [5, 1, 0, 4, 0x20, 1, ...Array.from({ length: 13 }, () => 0), 1, 0, 80];

/** All that is sent back, and how it ended. */
function drive(chunks: readonly (readonly number[])[]): { sent: number[]; last: SocksStep } {
  const handshake = new SocksHandshake(credentials);
  const sent: number[] = [];
  let last: SocksStep = { kind: "more" };
  for (const chunk of chunks) {
    last = handshake.feed(Buffer.from(chunk));
    while (last.kind === "send") {
      sent.push(...last.bytes);
      last = handshake.feed(Buffer.alloc(0));
    }
    if (last.kind !== "more") break;
  }
  return { sent, last };
}

describe("a client that knows the password", () => {
  test.each([
    ["an IPv4 address", toAddress, "172.18.255.200", 80],
    ["a name", toName, name, 443],
    ["an IPv6 address", toIpv6, "2001:0000:0000:0000:0000:0000:0000:0001", 80],
  ])("connects to %s, in one piece or byte by byte", (_, request, host, port) => {
    const all = [...greeting, ...right, ...request, 71, 69, 84];
    const whole = drive([all]);
    expect(whole.sent).toEqual([5, 2, 1, 0]);
    expect(whole.last).toEqual({ kind: "connect", host, port, rest: Buffer.from("GET") });
    const bytewise = drive(all.slice(0, -3).map((byte) => [byte]));
    expect(bytewise.sent).toEqual([5, 2, 1, 0]);
    expect(bytewise.last).toEqual({ kind: "connect", host, port, rest: Buffer.alloc(0) });
  });
});

describe("nothing is granted to", () => {
  test.each([
    ["one that offers no password", [5, 1, 0], [5, 255]],
    ["a wrong password", [...greeting, ...password("me", "secreT"), ...toAddress], [1, 1]],
    ["a part of the password", [...greeting, ...password("me", "secre"), ...toAddress], [1, 1]],
    ["a wrong user", [...greeting, ...password("you", "secret"), ...toAddress], [1, 1]],
    ["no user and no password", [...greeting, ...password("", ""), ...toAddress], [1, 1]],
    ["SOCKS 4", [4, 1, 0, 80, 127, 0, 0, 1, 0], []],
    ["an HTTP client", [...Buffer.from("GET / HTTP/1.1\r\n\r\n")], []],
    ["a request to listen", [...greeting, ...right, 5, 2, 0, 1, 0, 0, 0, 0, 0, 80], [5, 7, 0, 1, 0, 0, 0, 0, 0, 0]],
    ["an unknown kind of address", [...greeting, ...right, 5, 1, 0, 9, 0, 0], [5, 8, 0, 1, 0, 0, 0, 0, 0, 0]],
  ])("%s", (_, bytes, farewell) => {
    const { last } = drive([bytes]);
    expect(last).toEqual({ kind: "end", bytes: Buffer.from(farewell) });
  });
});

test("what is cut short waits for more, whatever the cut", () => {
  const all = [...greeting, ...right, ...toName];
  for (let length = 0; length < all.length; length++) expect(drive([all.slice(0, length)]).last.kind).toBe("more");
});
