import { execFileSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type CliRoom, openCliRoom } from "../support/run-cli.ts";
import { tower } from "../support/tower.ts";

const NONE = ["--target", "none"] as const;
let room: CliRoom;
beforeEach(() => {
  room = openCliRoom(tower());
});
afterEach(() => room.remove());

const state = (...names: string[]): string => path.resolve(room.folder, "../state/learn-istio/tower", ...names);

describe("a course from elsewhere", () => {
  test.each([
    ["start", "lesson-01"],
    ["start", "lesson-02", "--plan"],
    ["check"],
    ["check", "--all"],
    ["reset", "lesson-01", "--yes"],
  ])("`%s %s %s` runs nothing of it unasked", async (...given) => {
    const args = given.filter((one) => one !== undefined);
    room.write(
      tower({
        "lesson-01": (text) =>
          text.replace("minutes: 4", `minutes: 4\nvars:\n  EVIL: {command: touch ${room.folder}/evil}`),
      }),
    );
    // Progress that was carried here is no consent either.
    const other = openCliRoom(tower());
    try {
      await other.run(["start", "lesson-02", ...NONE, "--trust", "--yes"]);
      await room.run(["import"], { stdin: (await other.run(["export", ...NONE])).stdout });
    } finally {
      other.remove();
    }
    const result = await room.run([...args, ...NONE]);
    // There is no step of one's own to look at before the first start: that is said without running anything.
    const isHarmless = args.length === 1 && args[0] === "check";
    expect(result.code).toBe(isHarmless ? 1 : 4);
    if (!isHarmless) expect(result.stderr).toContain("`--trust` agrees.");
    expect(existsSync(path.join(room.folder, "evil"))).toBe(false);
    expect(existsSync(state("none", "workspace", "trace"))).toBe(false);
  });

  test.each<[string, Record<string, string>, boolean]>([
    ["nothing", {}, false],
    ["prose", tower({ "lesson-01": (text) => text.replace("# The ground", "# The ground, told better") }), false],
    ["a command", tower({ "lesson-02": (text) => text.replace("echo walls >", "echo bricks >") }), true],
    ["a solution", tower({ "lesson-02": (text) => text.replace("echo door >", "echo gate >") }), true],
    [
      "a check of the checkpoint",
      tower({ "lesson-02": (text) => text.replace("&& test -s", "&& sh -c true && test -s") }),
      true,
    ],
    [
      "its condition",
      tower({ "lesson-02": (text) => text.replaceAll("{within=200ms", '{if="touch /tmp/x" within=200ms') }),
      true,
    ],
    ["a clean-up", tower({ "lesson-02": (text) => text.replace("rm -f", "rm -rf") }), true],
    [
      "a lesson's variable",
      tower({ "lesson-02": (text) => text.replace("minutes: 4", "minutes: 4\nvars: {A: b}") }),
      true,
    ],
    ["a variable of the course", { "lessons/course.yaml": "id: tower\nvars: {LD_PRELOAD: /tmp/x.so}\n" }, true],
    ["a lesson more", { "lessons/lesson-09-x.md": tower()["lessons/lesson-01-ground.md"] ?? "" }, true],
  ])("is asked about again after a change of %s: %o", async (_name, files, asked) => {
    await room.run(["start", "lesson-01", ...NONE, "--trust", "--yes"]);
    room.write(files);
    const { code, stderr } = await room.run(["start", "lesson-01", ...NONE, "--yes"]);
    expect({ code, asked: stderr.includes("Its commands have changed since you agreed.") }).toEqual({
      code: asked ? 4 : 0,
      asked,
    });
  });

  test("one in the work tree that one stands in is not asked about; a link out of it is", async () => {
    execFileSync("git", ["init", "-q", room.folder], { stdio: "ignore" });
    expect((await room.run(["start", "lesson-01", ...NONE, "--yes"])).code).toBe(0);
    const other = openCliRoom(tower());
    try {
      symlinkSync(path.join(other.folder, "lessons"), path.join(room.folder, "linked"));
      const linked = await room.run(["start", "lesson-01", "--lessons", "linked", ...NONE, "--yes"]);
      expect(linked.code).toBe(4);
    } finally {
      other.remove();
    }
  });
});

test("target none: no cluster, no home and no credentials of the user's", async () => {
  const home = path.resolve(room.folder, "../home");
  mkdirSync(path.join(home, ".kube"), { recursive: true });
  writeFileSync(path.join(home, ".kube/config"), "current-context: theirs\n");
  room.write(
    tower({
      "lesson-01": (text) =>
        text.replace(
          "NAME=ground;",
          'NAME=ground; (cat "$KUBECONFIG" ~/.kube/config; env | grep SECRET; true) > leak 2> /dev/null;',
        ),
    }),
  );
  const env = { AWS_SECRET_ACCESS_KEY: "s", GITHUB_SECRET: "s", KUBECONFIG: path.join(home, ".kube/config") };
  expect((await room.run(["start", "lesson-01", ...NONE, "--trust", "--yes"], { env })).code).toBe(0);
  expect(readFileSync(state("none", "workspace", "leak"), "utf8")).toBe("");
});

describe("target live", () => {
  const LIVE = ["--target", "live", "--trust", "--yes"] as const;
  let env: Record<string, string>;
  let theirs: string;
  beforeEach(() => {
    const root = path.resolve(room.folder, "..");
    const bin = path.join(root, "bin");
    theirs = path.join(root, "theirs");
    mkdirSync(bin);
    // Programs that do what the real ones do with a kubeconfig, as far as it matters here.
    const programs = {
      docker: "echo docker",
      kind: 'echo "kind $*" >> "$HOME/kind.log"\nprintf "current-context: kind-%s\\n" "$KIND_CLUSTER_NAME" > "$KUBECONFIG"',
      kubectl: `for word; do last=$word; done\nif [ "$1 $2" = "config view" ] && grep -q "name: $last" "$KUBECONFIG"; then echo "current-context: $last"\nelif [ "$1 $2" = "config view" ]; then echo "no context $last" >&2; exit 1\nelse grep current-context "$KUBECONFIG"; fi`,
    };
    for (const [name, body] of Object.entries(programs)) {
      writeFileSync(path.join(bin, name), `#!/bin/bash\n${body}\n`);
      chmodSync(path.join(bin, name), 0o755);
    }
    mkdirSync(path.join(root, "home"), { recursive: true });
    writeFileSync(theirs, "current-context: production\ncontexts:\n- name: production\n- name: spare\n");
    env = { PATH: `${bin}:${process.env.PATH}`, KUBECONFIG: theirs };
    room.write(
      tower({
        "lesson-01": (text) =>
          text
            .replace("targets: [none]", "targets: [live]")
            .replace("NAME=ground;", "NAME=ground; kubectl get nodes >> seen || true;"),
        "lesson-02": (text) =>
          text
            .replace("targets: [none]", "targets: [live]")
            .replace("requires: [lesson-01]", "requires: []")
            .replace("NAME=first;", "NAME=first; kind create cluster;"),
      }),
    );
  });
  const seen = (): string => readFileSync(state("live", "workspace", "seen"), "utf8");

  test("works in a kubeconfig of its own, on a cluster of its own name; the user's is not touched", async () => {
    const before = readFileSync(theirs, "utf8");
    expect((await room.run(["start", "lesson-01", ...LIVE], { env })).code).toBe(0);
    expect(seen()).toBe("");
    expect((await room.run(["start", "lesson-02", ...LIVE], { env })).code).toBe(0);
    expect(readFileSync(state("live", "kubeconfig"), "utf8")).toBe("current-context: kind-learn-istio\n");
    expect(readFileSync(theirs, "utf8")).toBe(before);
  });

  test("a context that it did not make is refused by every command that would work on it, unless it is named", async () => {
    expect((await room.run(["start", "lesson-01", ...LIVE], { env })).code).toBe(0);
    writeFileSync(state("live", "kubeconfig"), "current-context: production\n");
    for (const args of [
      ["start", "lesson-01"],
      ["check", "lesson-01"],
      ["check", "--all"],
      ["reset", "lesson-01", "--yes"],
      ["env"],
    ]) {
      const result = await room.run([...args, "--target", "live"], { env });
      expect(result).toMatchObject({
        code: 4,
        stderr: expect.stringContaining("`production` was not made by learn-istio"),
      });
    }
    const named = await room.run(["check", "lesson-01", "--target", "live", "--context", "production"], { env });
    expect(named.code).toBe(0);
    expect((await room.run(["start", "lesson-01", ...LIVE, "--context", "spare"], { env })).code).toBe(0);
    expect(readFileSync(state("live", "kubeconfig"), "utf8")).toBe("current-context: spare\n");
    const gone = await room.run(["start", "lesson-01", ...LIVE, "--context", "nosuch"], { env });
    expect(gone).toMatchObject({
      code: 4,
      stderr: expect.stringContaining("`nosuch` could not be read: no context nosuch"),
    });
  });

  test("is agreed to once, never by itself", async () => {
    const unasked = await room.run(["start", "lesson-01", "--target", "live", "--trust"], { env });
    expect(unasked).toMatchObject({ code: 4, stderr: expect.stringContaining("works on your own Docker") });
    await room.run(["start", "lesson-01", ...LIVE], { env });
    expect((await room.run(["start", "lesson-01"], { env, stdin: "quit\n" })).code).toBe(0);
  });
});
