import { execFile, execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer, type IncomingMessage, request } from "node:http";
import type { AddressInfo } from "node:net";
import path from "node:path";
import { promisify } from "node:util";
import { gzipSync } from "node:zlib";
import { expect, onTestFinished, test } from "vitest";
import { writeTar } from "../../src/files/index.ts";
import { refuse } from "../../src/workshop/host/exchange.ts";
import { Mirror, type MirrorPace } from "../../src/workshop/host/mirror.ts";
import { rangeOf } from "../../src/workshop/host/range.ts";
import { Refusal } from "../../src/workshop/host/refusal.ts";
import { Turns } from "../../src/workshop/host/turns.ts";
import { ask, openClass, scratch } from "../support/classes.ts";

const sha256 = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex");
/** Longer than what sockets and kernels keep on the way, so that it cannot be sent to who does not read. */
const BIG = Buffer.alloc(48 * 1024 * 1024, "big ");
const FILES = {
  "lessons/ä file.md": Buffer.from("# Ä\n"),
  "learn-istio-0.1.0.tgz": Buffer.from("a package"),
  "tools/linux-x64/kubectl.gz": BIG,
};

let usual: Buffer | undefined;

/** A bundle of stand-ins, as `class bundle` writes one. */
function bundle(folder: string, files: Readonly<Record<string, Buffer>> = FILES, more: object = {}): string {
  const manifest = {
    version: 1,
    app: "0.1.0",
    course: { id: "course", title: "A <b>course</b>" },
    package: "learn-istio-0.1.0.tgz",
    programs: [
      {
        name: "kubectl",
        version: "v1.35.2",
        platform: "linux-x64",
        file: "tools/linux-x64/kubectl.gz",
        sha256: sha256(BIG),
      },
    ],
    files: Object.entries(FILES).map(([name, content]) => ({
      path: name,
      size: content.length,
      sha256: sha256(content),
    })),
    ...more,
  };
  const all = { ...files, "manifest.json": Buffer.from(JSON.stringify(manifest)) };
  const packed = Object.entries(all).map(([name, content]) => ({ name: `learn-istio-class/${name}`, content }));
  const file = path.join(folder, "b.tar.gz");
  const isUsual = files === FILES && Object.keys(more).length === 0;
  const content = (isUsual ? usual : undefined) ?? gzipSync(Buffer.concat([...writeTar(packed)]), { level: 1 });
  if (isUsual) usual = content;
  writeFileSync(file, content);
  return file;
}

const FAST: MirrorPace = { atOnce: 1, waiting: 1, ofOne: 10, stallMs: 600_000, stallBytes: 1 };

/** A mirror on a port of its own. */
async function openMirror(pace: Partial<MirrorPace> = {}): Promise<{ url: string; folder: string; mirror: Mirror }> {
  const folder = scratch();
  const mirror = await Mirror.open(bundle(folder), path.join(folder, "mirror"), { ...FAST, ...pace });
  const server = createServer((got, response) => {
    mirror.serve(got, response).catch((error: unknown) => {
      if (error instanceof Refusal) refuse(response, error);
      else response.destroy();
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/mirror`, folder, mirror };
}

/** Begins to fetch and reads nothing until it is told to. */
function begin(url: string) {
  const sent = request(url, { agent: false });
  const answered = new Promise<IncomingMessage>((resolve, reject) => {
    sent.once("response", (response) => {
      response.pause();
      resolve(response);
    });
    sent.once("error", reject);
  });
  answered.catch(() => {});
  sent.end();
  onTestFinished(() => void sent.destroy());
  return { answered, leave: () => void sent.destroy() };
}

async function sizeOf(response: IncomingMessage): Promise<number> {
  let size = 0;
  for await (const piece of response) size += (piece as Buffer).length;
  return size;
}

test("curl lists, fetches and verifies all that is in the bundle", async () => {
  const { url, folder } = await openMirror();
  const at = path.join(folder, "learner");
  mkdirSync(path.join(at, "lessons"), { recursive: true });
  mkdirSync(path.join(at, "tools/linux-x64"), { recursive: true });
  const curl = (...args: string[]) => promisify(execFile)("curl", ["-fsS", ...args], { cwd: at });
  const page = (await curl(`${url}/`)).stdout;
  expect(page).toContain(`curl --noproxy '*' -fO ${url}/learn-istio-0.1.0.tgz &&\n`);
  expect(page).toContain(`echo '${sha256(FILES["learn-istio-0.1.0.tgz"])}  learn-istio-0.1.0.tgz' | sha256sum -c`);
  expect(page).toContain(`learn-istio doctor --fix --from ${url.replace("/mirror", "")}\n`);
  for (const name of Object.keys(FILES)) await curl(`${url}/${encodeURI(name)}`, "-o", name);
  await curl(`${url}/SHA256SUMS`, "-o", "SHA256SUMS");
  for (const line of readFileSync(path.join(at, "SHA256SUMS"), "utf8").trim().split("\n")) {
    const [sum, name = ""] = line.split("  ");
    expect(sha256(readFileSync(path.join(at, name)))).toBe(sum);
  }
  expect(JSON.parse((await curl(`${url}/manifest.json`)).stdout)).toMatchObject({ app: "0.1.0" });
});

test("a fetch that broke off goes on where it stopped", async () => {
  const { url, folder } = await openMirror();
  const part = path.join(folder, "kubectl.gz");
  writeFileSync(part, BIG.subarray(0, 1_000_001));
  await promisify(execFile)("curl", ["-fsS", "-C", "-", "-o", part, `${url}/tools/linux-x64/kubectl.gz`]);
  expect(sha256(readFileSync(part))).toBe(sha256(BIG));
});

const ETAG = '"e"';
test.each<[Record<string, string>, number, unknown]>([
  [{}, 10, [0, 9, false]],
  [{ range: "bytes=0-0" }, 10, [0, 0, true]],
  [{ range: "bytes=3-" }, 10, [3, 9, true]],
  [{ range: "bytes=-4" }, 10, [6, 9, true]],
  [{ range: "bytes=-40" }, 10, [0, 9, true]],
  [{ range: "bytes=8-100" }, 10, [8, 9, true]],
  [{ range: "bytes=10-" }, 10, undefined],
  [{ range: "bytes=-0" }, 10, undefined],
  [{ range: "bytes=5-2" }, 10, [0, 9, false]],
  [{ range: "bytes=0-1,3-4" }, 10, [0, 9, false]],
  [{ range: "lines=1-2" }, 10, [0, 9, false]],
  [{ range: "bytes=3-", "if-range": ETAG }, 10, [3, 9, true]],
  [{ range: "bytes=3-", "if-range": '"other"' }, 10, [0, 9, false]],
  [{}, 0, [0, -1, false]],
])("of %j and %i bytes %j is sent", (headers, size, expected) => {
  const range = rangeOf(headers, size, ETAG);
  expect(range && [range.start, range.end, range.isPart]).toEqual(expected);
});

test.each([
  ["GET", "/mirror", 200, ""],
  ["HEAD", "/mirror/learn-istio-0.1.0.tgz", 200, ""],
  ["GET", "/mirror/learn-istio-0.1.0.tgz?x=1", 200, "a package"],
  ["GET", "/mirror/lessons/%C3%A4%20file.md", 200, "# Ä\n"],
  ["GET", "/mirror/lessons", 404, "no such file"],
  ["GET", "/mirror/../class.db", 404, "no such file"],
  ["GET", "/mirror/..%2f..%2fb.tar.gz", 404, "no such file"],
  ["GET", "/mirror/%2fetc%2fpasswd", 404, "no such file"],
  ["GET", "/mirror//etc/passwd", 404, "no such file"],
  ["GET", "/mirror/constructor", 404, "no such file"],
  ["GET", "/mirror/%ff", 400, "not written as addresses are"],
  ["POST", "/mirror/learn-istio-0.1.0.tgz", 405, "only read"],
  ["DELETE", "/mirror/", 405, "only read"],
])("%s %s is answered with %i", async (method, asked, status, said) => {
  const { url } = await openMirror();
  const { port } = new URL(url);
  // Not by URL, which would tidy up the path.
  const sent = request({ host: "127.0.0.1", port, method, path: asked, agent: false });
  sent.end();
  const [response] = (await once(sent, "response")) as [IncomingMessage];
  let body = "";
  for await (const piece of response.setEncoding("utf8")) body += piece as string;
  expect([response.statusCode, body]).toEqual([status, expect.stringContaining(said)]);
  if (method === "HEAD") expect(response.headers["content-length"]).toBe("9");
});

test("so many are served at once; the next waits in line, and who finds it full is asked to come again", async () => {
  const { url } = await openMirror();
  const big = `${url}/tools/linux-x64/kubectl.gz`;
  const first = begin(big);
  expect((await first.answered).statusCode).toBe(200);
  const both = [begin(big), begin(big)];
  const { answered, at } = await Promise.race(both.map(async (one, at) => ({ answered: await one.answered, at })));
  expect([answered.statusCode, answered.headers["retry-after"]]).toEqual([503, "5"]);
  // Short ones take no turn.
  expect((await ask(`${url}/learn-istio-0.1.0.tgz`, "GET")).body).toBe("a package");
  first.leave();
  const waited = await both[1 - at]?.answered;
  expect(waited && (await sizeOf(waited))).toBe(BIG.length);
});

test("turns go to who came first; who left the line has none, and makes room in it", async () => {
  const turns = new Turns({ atOnce: 1, waiting: 2, ofOne: 2 });
  const stays = new AbortController().signal;
  const leaves = new AbortController();
  const first = await turns.take("a", stays);
  const second = turns.take("b", leaves.signal);
  const third = turns.take("c", stays);
  await expect(turns.take("d", stays)).rejects.toMatchObject({ status: 503, retryAfter: 5 });
  leaves.abort();
  expect(await second).toBeUndefined();
  const fourth = turns.take("c", stays);
  await expect(turns.take("d", stays)).rejects.toMatchObject({ status: 503 });
  first?.();
  (await third)?.();
  const last = await fourth;
  // One at a time still: of the same address one more may wait, and no third.
  const next = turns.take("c", stays);
  await expect(turns.take("c", stays)).rejects.toMatchObject({ status: 503 });
  last?.();
  (await next)?.();
  expect(await turns.take("c", leaves.signal)).toBeUndefined();
  (await turns.take("c", stays))?.();
});

test("who does not read on loses the turn, and the next has it", async () => {
  const { url } = await openMirror({ stallMs: 100, waiting: 10 });
  const big = `${url}/tools/linux-x64/kubectl.gz`;
  const first = await begin(big).answered;
  const second = await begin(big).answered;
  expect(await sizeOf(second)).toBe(BIG.length);
  await expect(sizeOf(first)).rejects.toThrow("aborted");
});

test.each<[string, (folder: string) => string, RegExp]>([
  [
    "with a file changed",
    (folder) => bundle(folder, { ...FILES, "lessons/ä file.md": Buffer.from("# B\n") }),
    /is not whole: `lessons\/ä file.md`/,
  ],
  [
    "with a file more",
    (folder) => bundle(folder, { ...FILES, "evil.sh": Buffer.from("x") }),
    /is not whole: `evil.sh` is in it/,
  ],
  [
    "with a path that leads out",
    (folder) => bundle(folder, { ...FILES, "../out": Buffer.from("x") }),
    /is no bundle of a class: path: expected a path within/,
  ],
  [
    "of another version",
    (folder) => bundle(folder, FILES, { version: 2 }),
    /is no bundle of a class: manifest.version: expected 1/,
  ],
])("a bundle %s is not served, and nothing of it is left", async (_, make, message) => {
  const folder = scratch();
  await expect(Mirror.open(make(folder), path.join(folder, "mirror"))).rejects.toThrow(message);
  expect(readdirSync(folder)).toEqual(["b.tar.gz"]);
});

test("what was unpacked is for this user alone, and gone when the mirror is", async () => {
  const { folder, mirror } = await openMirror();
  const listed = execFileSync("find", [path.join(folder, "mirror"), "-perm", "/077"], { encoding: "utf8" });
  expect(listed).toBe("");
  mirror.close();
  expect(existsSync(path.join(folder, "mirror"))).toBe(false);
});

test("what a killed host left of its mirror goes with the next one, which may have none", async () => {
  const folder = scratch();
  mkdirSync(path.join(folder, "mirror/tools"), { recursive: true });
  await openClass(folder);
  expect(readdirSync(folder)).not.toContain("mirror");
});

test("a class serves a mirror beside its own addresses; without one there is none", async () => {
  const folder = scratch();
  const { url, hosted, refused } = await openClass(path.join(folder, "class"), Date.now, { mirror: bundle(folder) });
  expect(hosted.mirrorCommands?.at(-1)).toBe(`learn-istio doctor --fix --from ${url}`);
  expect((await ask(`${url}/mirror/learn-istio-0.1.0.tgz`, "GET")).body).toBe("a package");
  expect((await ask(`${url}/mirror/`, "GET", { host: "evil.example" })).status).toBe(403);
  expect((await ask(`${url}/mirror/x`, "GET")).status).toBe(404);
  expect((await ask(`${url}/v1/board`, "GET", { authorization: `Bearer ${hosted.boardKey}` })).status).toBe(200);
  expect(refused).toEqual([expect.stringContaining("name"), expect.stringContaining("no such file")]);
  const without = await openClass(scratch());
  expect([(await ask(`${without.url}/mirror/`, "GET")).status, without.hosted.mirrorCommands]).toEqual([
    404,
    undefined,
  ]);
});

test("while the room fetches, and nobody reads on, the class takes events as before", async () => {
  const folder = scratch();
  const { url, code, refused } = await openClass(path.join(folder, "class"), Date.now, { mirror: bundle(folder) });
  const turns = 6;
  const fetching = Array.from({ length: 2 * turns }, () => begin(`${url}/mirror/tools/linux-x64/kubectl.gz`));
  let served = 0;
  await new Promise<void>((resolve) => {
    for (const { answered } of fetching)
      answered.then(
        () => {
          served += 1;
          if (served === turns) resolve();
        },
        () => {},
      );
  });
  const token = "a".repeat(64);
  const post = (at: string, body: object) => {
    const headers = { "content-type": "application/json", authorization: `Bearer ${token}` };
    return ask(`${url}${at}`, "POST", headers, JSON.stringify({ v: 1, ...body }));
  };
  const learner = "00000000-0000-4000-8000-000000000000";
  expect((await post("/v1/join", { code, learner, token, course: "course" })).status).toBe(200);
  for (let from = 1; from <= 20; from += 1) {
    const events = [{ type: "open", at: from, lesson: "lesson-01", step: "one" }];
    expect(await post("/v1/events", { from, sent: from, events })).toMatchObject({
      status: 200,
      body: `{"next":${from + 1}}`,
    });
  }
  expect([served, refused]).toEqual([turns, []]);
});
