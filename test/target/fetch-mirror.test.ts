import { createHash } from "node:crypto";
import { once } from "node:events";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { gzipSync } from "node:zlib";
import { afterEach, beforeEach, expect, onTestFinished, test } from "vitest";
import { fetchTools, mirrorSource, officialDownloads, pinnedPrograms } from "../../src/target/index.ts";

const PROGRAM = Buffer.from(`#!/bin/sh\necho a kubectl\n${"# more\n".repeat(1000)}`);
const PACKED = gzipSync(PROGRAM, { level: 0 });
const FILE = "tools/linux-x64/kubectl.gz";
let folder = "";
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "fetch-mirror-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Fetch a stand-in for kubectl from a host that answers so. */
async function fetch(answer: (request: IncomingMessage, response: ServerResponse) => void, env: object = {}) {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(`${request.url} ${request.headers.range ?? "whole"}`);
    answer(request, response);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => void server.close());
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const sha256 = createHash("sha256").update(PROGRAM).digest("hex");
  const said: string[] = [];
  const done = fetchTools({
    env: { PATH: process.env.PATH, ...env },
    folder: path.join(folder, "tools"),
    source: { kind: "mirror", url, programs: [{ name: "kubectl", version: "v1.35.2", sha256, file: FILE }] },
    signal: new AbortController().signal,
    say: (sentence) => said.push(sentence.replace(url, "URL").replace(folder, "FOLDER")),
  });
  return { done, asked, said };
}

const whole = (_: IncomingMessage, response: ServerResponse): void => void response.end(PACKED);

test("a program that is the pinned one ends in the folder, past every proxy", async () => {
  const proxy = "http://127.0.0.1:9";
  const { done, asked, said } = await fetch(whole, { http_proxy: proxy, HTTP_PROXY: proxy, ALL_PROXY: proxy });
  await done;
  const file = path.join(folder, "tools/kubectl");
  expect(readFileSync(file).equals(PROGRAM)).toBe(true);
  expect(statSync(file).mode & 0o777).toBe(0o755);
  expect(readdirSync(path.join(folder, "tools"))).toEqual(["kubectl"]);
  expect(asked).toEqual([`/mirror/${FILE} whole`]);
  expect(said).toEqual([
    `Fetching kubectl v1.35.2 from \`URL/mirror/${FILE}\`; if others are before you, this waits ...`,
    "Checksum holds: kubectl v1.35.2 is in `FOLDER/tools`.",
  ]);
});

test("a connection that breaks goes on where it stopped", async () => {
  const half = PACKED.length >> 1;
  const { done, asked } = await fetch((request, response) => {
    if (request.headers.range === undefined) {
      response.writeHead(200, { "content-length": PACKED.length });
      response.write(PACKED.subarray(0, half), () => response.destroy());
      return;
    }
    response.writeHead(206, { "content-range": `bytes ${half}-${PACKED.length - 1}/${PACKED.length}` });
    response.end(PACKED.subarray(half));
  });
  await done;
  expect(asked).toEqual([`/mirror/${FILE} whole`, `/mirror/${FILE} bytes=${half}-`]);
  expect(readFileSync(path.join(folder, "tools/kubectl")).equals(PROGRAM)).toBe(true);
});

test("a host that is busy is asked again", async () => {
  let busy = 2;
  const { done, asked } = await fetch((_, response) => {
    if (busy > 0) response.writeHead(503, { "retry-after": "1" }).end();
    else response.end(PACKED);
    busy -= 1;
  });
  await done;
  expect(asked).toHaveLength(3);
  expect(readFileSync(path.join(folder, "tools/kubectl")).equals(PROGRAM)).toBe(true);
});

test.each<[string, (request: IncomingMessage, response: ServerResponse) => void, RegExp]>([
  [
    "another program",
    (_, response) => void response.end(gzipSync("#!/bin/sh\necho pwned\n")),
    /^The checksum of `.*\/kubectl\.gz` is/,
  ],
  ["something that gzip did not pack", (_, response) => void response.end(PROGRAM), /is nothing that gzip packed/],
  ["nothing", (_, response) => void response.writeHead(404).end(), /could not be fetched: .*404/],
  [
    "somewhere else",
    (request, response) => {
      if (request.url === "/there") response.end(PACKED);
      else response.writeHead(302, { location: "/there" }).end();
    },
    /is nothing that gzip packed/,
  ],
])("a mirror that gives %s: nothing is installed", async (_, answer, message) => {
  const { done } = await fetch(answer);
  await expect(done).rejects.toThrow(message);
  expect(readdirSync(path.join(folder, "tools"))).toEqual([]);
  expect(existsSync(path.join(folder, "tools/kubectl"))).toBe(false);
});

test("a mirror is held against what this build knows, and there is none where it knows nothing", () => {
  const source = mirrorSource("http://10.0.0.1:80", "linux", "x64");
  expect(source?.kind === "mirror" && source.programs.map(({ name, sha256, file }) => [name, sha256, file])).toEqual(
    pinnedPrograms("linux", "x64").map(({ name, sha256 }) => [name, sha256, `tools/linux-x64/${name}.gz`]),
  );
  expect(pinnedPrograms("linux", "x64")).toHaveLength(2);
  expect(mirrorSource("http://10.0.0.1:80", "darwin", "arm64")).toBeUndefined();
});

test("what is to be had from its makers is told with whole checksums, each another one, and the pinned one where there is one", () => {
  const kinds = [
    ["linux", "x64"],
    ["linux", "arm64"],
    ["darwin", "x64"],
    ["darwin", "arm64"],
  ] as const;
  const all = kinds.flatMap(([platform, arch]) => officialDownloads(platform, arch));
  expect(all.filter(({ sha256 }) => !/^[0-9a-f]{64}$/.test(sha256))).toEqual([]);
  expect(new Set(all.map(({ sha256 }) => sha256)).size).toBe(8);
  expect(all[0]?.sha256).toBe(pinnedPrograms("linux", "x64")[0]?.sha256);
  expect(officialDownloads("win32", "x64")).toEqual([]);
});
