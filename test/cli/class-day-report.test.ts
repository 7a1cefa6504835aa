import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, readFileSync, symlinkSync } from "node:fs";
import { hostname, networkInterfaces, userInfo } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { findReports, type MachineReport, writeReport } from "../../src/workshop/index.ts";
import { type CliRoom, openCliRoom } from "../support/run-cli.ts";

let room: CliRoom;
beforeEach(() => {
  room = openCliRoom();
});
afterEach(() => room.remove());

const [bash = "", curl = ""] = execFileSync("sh", ["-c", "command -v bash; command -v curl"], { encoding: "utf8" })
  .trim()
  .split("\n");
const KUBECTL = `echo '{"clientVersion":{"gitVersion":"v1.35.2-built-by-wilhelmina"}}'`;
const DOCKER = 'test "$1" = info && echo "28.5.1 8330000000"';
const KIND = "echo 'kind v0.32.0 go1.25.0 linux/amd64 wilhelmina'";

/** A PATH of bash, curl, and programs that are scripts. */
function machine(programs: Readonly<Record<string, string>>): string {
  const bin = path.join(room.folder, "bin");
  mkdirSync(bin);
  for (const program of [bash, curl]) symlinkSync(program, path.join(bin, path.basename(program)));
  for (const [name, script] of Object.entries(programs)) {
    room.write({ [`bin/${name}`]: `#!${bash}\n${script}\n` });
    chmodSync(path.join(bin, name), 0o755);
  }
  return bin;
}

function read(line: string): MachineReport {
  const [found] = findReports(line);
  if (found === undefined || !("report" in found)) throw new Error(`no report in: ${line}`);
  return found.report;
}

test("one line on stdout says what the machine is like, and stderr says it in words", async () => {
  const PATH = machine({ kubectl: KUBECTL, docker: DOCKER, kind: KIND, helm: "echo v4.1.4+g05fa379" });
  const ran = await room.run(["doctor", "--report"], { env: { PATH, LANG: "C.UTF-8", https_proxy: "http://p:1" } });
  expect(ran.code).toBe(0);
  expect(ran.stdout).toMatch(/^learn-istio-report-1-[A-Z2-7]+-[A-Z2-7]{8}-end\n$/);
  expect(ran.stdout.length).toBeLessThan(600);
  expect(read(ran.stdout)).toMatchObject({
    v: 1,
    os: process.platform,
    arch: process.arch,
    node: process.versions.node,
    kubectl: "1.35.2",
    helm: "4.1.4",
    docker: "28.5.1",
    kind: "0.32.0",
    engine: 8,
    columns: 0,
    colour: false,
    utf8: true,
    ports: true,
    proxy: true,
  });
  expect(read(ran.stdout).problems ?? []).not.toContain("no-kubectl");
  const words = ran.stderr.replaceAll(/\s+/g, " ");
  const said = [
    "kubectl 1.35.2",
    "sandbox can run live can run (Docker has 8 GiB of memory) to do nothing",
    "a proxy is set (which one is not told)",
  ];
  for (const one of said) expect(words).toContain(one);
});

test("`--json` gives the line and what it says", async () => {
  const ran = await room.run(["doctor", "--report", "--json"], { env: { PATH: machine({ kubectl: KUBECTL }) } });
  const { line: told, report } = JSON.parse(ran.stdout) as { line: string; report: MachineReport };
  expect([ran.code, ran.stderr, read(told)]).toEqual([0, "", report]);
});

test("what is missing is in it by its code, and nothing is fetched", async () => {
  const PATH = machine({ docker: "exit 1" });
  const ran = await room.run(["doctor", "--report"], { env: { PATH, LANG: "C", XDG_CACHE_HOME: room.folder } });
  expect(ran.code).toBe(4);
  expect(read(ran.stdout).problems).toEqual(
    expect.arrayContaining(["no-kubectl", "no-helm", "docker-silent", "no-kind", "no-utf8"]),
  );
  expect(ran.stderr).toMatch(/sandbox +cannot run yet/);
});

test("nothing in it names the user, the host, a folder, an address or a proxy, nor does what is said beside it", async () => {
  const PATH = machine({ kubectl: KUBECTL, docker: DOCKER, kind: KIND });
  const env = {
    PATH,
    USER: "wilhelmina",
    LOGNAME: "wilhelmina",
    HOSTNAME: "wilhelminas-laptop",
    HTTPS_PROXY: "http://wilhelmina:secret@proxy.example:3128",
    LANG: "C.UTF-8",
  };
  const file = path.join(room.folder, "report.txt");
  const [line, inFile] = [
    await room.run(["doctor", "--report"], { env }),
    await room.run(["doctor", "--report", file], { env }),
  ];
  expect([line.code, inFile.code, inFile.stdout]).toEqual([0, 0, ""]);
  const text = readFileSync(file, "utf8");
  const told = [line.stdout, line.stderr, JSON.stringify(read(line.stdout)), text, JSON.stringify(read(text))].join(
    "\n",
  );
  const addresses = Object.values(networkInterfaces()).flatMap((all = []) =>
    all.flatMap(({ internal, address, mac }) => (internal ? [] : [address, mac])),
  );
  const secrets = [
    "wilhelmina",
    "secret",
    "proxy.example",
    "3128",
    hostname(),
    userInfo().homedir,
    room.env.HOME,
    room.folder,
    PATH,
  ];
  for (const secret of [...secrets, ...addresses, `"${userInfo().username}"`, `/${userInfo().username}`])
    expect(told).not.toContain(secret);
  expect(JSON.stringify(read(text))).not.toContain(userInfo().username);
  expect(
    Object.values(read(text)).filter((value) => typeof value === "string" && !/^[\w.-]{1,40}$/.test(value)),
  ).toEqual([]);
});

const GOOD: Omit<MachineReport, "v"> = {
  id: "0123abcd",
  app: "0.1.0",
  os: "linux",
  arch: "x64",
  cores: 4,
  memory: 16,
  disk: 100,
  node: "20.20.2",
  bash: "5.2.15",
  curl: "8.5.0",
  kubectl: "1.35.2",
  helm: "4.1.4",
  docker: "28.5.1",
  kind: "0.32.0",
  engine: 8,
  columns: 120,
  colour: true,
  utf8: true,
  ports: true,
  proxy: false,
};
type Change = { readonly [K in keyof MachineReport]?: MachineReport[K] | undefined };
const line = (change: Change = {}): string => writeReport({ ...GOOD, ...change } as MachineReport);

test("a room in which all can take the course is ready", async () => {
  room.write({ "mails/ana.txt": `Hello,\nhere it is: ${line()}\n`, "mails/deep/ben.eml": line({ id: "00000001" }) });
  const ran = await room.run(["class", "check", "mails"]);
  expect([ran.code, ran.stdout, ran.stderr]).toEqual([
    0,
    "2 reports: 2 can take the course in the sandbox, 2 of them live, too.\n",
    "",
  ]);
});

test("who cannot is named with the remedy, the commonest reason first; what differs and what cannot be read is told", async () => {
  const good = line();
  room.write({
    "a.txt": line({ problems: ["no-kubectl", "no-docker"], kubectl: undefined, docker: undefined }),
    "b.txt": `one\ntwo ${line({ problems: ["no-docker"], docker: undefined })}`,
    "c.txt": line({ app: "0.0.9" }),
    "d.txt": good.replace(/....-end/, "AAAA-end"),
    "e.txt": `> ${good.slice(0, 60)}\n> ${good.slice(60)}\nand again ${good}`,
    "f.txt": "nothing here",
    "g.txt": good.slice(0, 100),
  });
  const ran = await room.run(["class", "check", "a.txt", "b.txt", "c.txt", "d.txt", "e.txt", "f.txt", "g.txt"]);
  expect([ran.code, ran.stderr]).toEqual([1, "1 report stood there more than once and counted once.\n"]);
  expect(ran.stdout).toBe(`4 reports: 2 can take the course in the sandbox, 1 of them live, too.

Cannot take the course yet:
   1 learn-istio is older than yours (0.1.0)
     Install 0.1.0 again: from where it came, or from the file that \`learn-istio
     class bundle\` makes.
     c.txt:1
   1 kubectl is missing, or does not run
     \`learn-istio doctor --fix\` fetches a pinned one; \`--fix --from URL\` takes
     it from a class's mirror, without internet.
     a.txt:1

Cannot take it live (the sandbox does without):
   2 Docker is missing
     Install Docker: https://docs.docker.com/get-started/get-docker/
     a.txt:1, b.txt:2

Versions that differ:
     learn-istio: 0.1.0 (3), 0.0.9 (1)
     kubectl: 1.35.2 (3), none (1)
     docker: 28.5.1 (2), none (2)

Cannot be read; ask for these again, as a file (\`learn-istio doctor --report
report.txt\`):
     d.txt:1: it was changed on the way: its checksum does not hold
     f.txt: there is no report in it
     g.txt:1: it is cut off or was changed on the way: it does not end as a
     report does
`);
});

test("stdin is read, and `--json` has it all", async () => {
  const stdin = `Chat:\n10:01 ana ${line({ id: "00000001" })}\n10:02 ben ${line({ id: "00000002", problems: ["no-kind"] })}\n`;
  const ran = await room.run(["class", "check", "-", "--json"], { stdin });
  expect(ran.code).toBe(0);
  expect(JSON.parse(ran.stdout)).toEqual({
    version: 1,
    reports: 2,
    sandbox: 2,
    live: 1,
    troubles: [expect.objectContaining({ code: "no-kind", hinders: "live", places: ["-:3"] })],
    versions: {},
    unreadable: [],
    repeated: 0,
  });
});

test.each([
  [[], "", 2, "`class check` needs reports"],
  [["-"], "nothing at all", 2, "There is no report in it."],
  [["none.txt"], "", 2, "There is no file or folder `none.txt`."],
])("class check %j of %j ends with %i", async (names, stdin, code, said) => {
  const ran = await room.run(["class", "check", ...names], { stdin });
  expect([ran.code, ran.stderr]).toEqual([code, expect.stringContaining(said)]);
});

test("a file's name that hides something is shown", async () => {
  room.write({ "evil\u001b[2J.txt": line({ problems: ["no-bash"] }) });
  const ran = await room.run(["class", "check", "."]);
  expect(ran.code).toBe(1);
  expect(ran.stdout).not.toContain("\u001b");
});
