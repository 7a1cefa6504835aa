import { once } from "node:events";
import { existsSync, readFileSync } from "node:fs";
import { connect, type Socket } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { ask } from "../support/classes.ts";
import { type HostedRoom, hostRoom } from "../support/host-room.ts";
import { memberOf } from "../support/members.ts";

/** What a class of this size may take of the machine, whoever attacks it; in MiB. */
const MOST_MIB = 250;

/** Resident memory of the host, as far as this system tells it. */
function expectBounded({ pid }: HostedRoom): void {
  const status = `/proc/${pid}/status`;
  if (!existsSync(status)) return;
  const peak = Number(/^VmHWM:\s+(\d+) kB/m.exec(readFileSync(status, "utf8"))?.[1]) / 1024;
  expect(peak).toBeLessThan(MOST_MIB);
}

async function open(url: string, text: string): Promise<Socket> {
  const socket = connect(Number(new URL(url).port), "127.0.0.1").on("error", () => {});
  onTestFinished(() => void socket.destroy());
  await Promise.race([once(socket, "connect"), once(socket, "close")]);
  socket.write(text);
  return socket;
}

async function openMany(count: number, url: string, text: string): Promise<Socket[]> {
  const sockets: Socket[] = [];
  while (sockets.length < count)
    sockets.push(
      ...(await Promise.all(Array.from({ length: Math.min(500, count - sockets.length) }, () => open(url, text)))),
    );
  return sockets;
}

const hint = { type: "hint", at: 1000, lesson: "lesson-01", step: "one", tier: 1 };
const head = (path: string, token: string) =>
  `GET ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer ${token}\r\n\r\n`;

test.each([
  ["say nothing", ""],
  ["begin a head and go no further", "POST /v1/events HTTP/1.1\r\nHost: 127.0.0.1\r\nX-A: "],
  [
    "promise a body that does not come",
    "POST /v1/join HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{",
  ],
])("5,000 connections that %s do not keep the room out", async (_, text) => {
  const room = await hostRoom();
  const ana = await memberOf(room, 1, "ana");
  const board = await room.rows();
  await openMany(5000, room.url, text);
  expect((await ana.tell(hint)).status).toBe(200);
  await memberOf(room, 2, "bea");
  expect((await room.rows()).map(({ handle }) => handle).sort()).toEqual([...board.map(({ handle }) => handle), "bea"]);
  expectBounded(room);
});

test("a learner who opens 3,000 streams keeps a few, and the room goes on", async () => {
  const room = await hostRoom();
  const ana = await memberOf(room, 1, "ana");
  const bea = await memberOf(room, 2, "bea");
  const sockets = await openMany(3000, room.url, head("/v1/notices", ana.token));
  // The oldest are ended for the sake of the newest.
  await new Promise<void>((resolve) => {
    const look = (): void => {
      if (sockets.filter(({ closed }) => !closed).length <= 4) resolve();
    };
    for (const socket of sockets) socket.resume().on("close", look);
    look();
  });
  expect((await bea.tell(hint)).status).toBe(200);
  expectBounded(room);
});

test("readers who never read cost the host a bounded memory, and others are told all the same", async () => {
  const room = await hostRoom();
  const ana = await memberOf(room, 1, "ana");
  const readers = [
    ...(await openMany(4, room.url, head("/v1/notices", ana.token))),
    ...(await openMany(50, room.url, head("/v1/board/stream", room.boardKey))),
  ];
  for (const reader of readers) reader.pause();
  const text = "x".repeat(500);
  for (let count = 0; count < 1000; count += 1) expect((await room.act({ type: "announce", text })).status).toBe(200);
  const later = await open(room.url, head("/v1/notices", ana.token));
  let told = "";
  for await (const part of later.setEncoding("utf8")) {
    told += part;
    if (told.includes("id: 1000\n")) break;
  }
  expect(told.match(/^id: \d+$/gm)).toHaveLength(1000);
  expect((await ana.tell(hint)).status).toBe(200);
  expectBounded(room);
});

test("what is refused is said to the instructor, a few times, without secrets", async () => {
  const room = await hostRoom();
  const secret = "f".repeat(64);
  for (let count = 0; count < 200; count += 1) {
    const asked = await ask(`${room.url}/v1/events?token=${secret}`, "POST", { authorization: `Bearer ${secret}` });
    expect(asked.status).toBe(401);
  }
  const said = await room.end();
  expect(said.match(/^refused: 127\.0\.0\.1 POST \/v1\/events: /gm)?.length).toBeLessThan(10);
  expect(said).not.toContain(secret);
});
