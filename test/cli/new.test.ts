import { readdirSync, readFileSync, statSync } from "node:fs";
import path from "node:path";
import { Ajv2020 } from "ajv/dist/2020.js";
import { afterEach, beforeEach, expect, test } from "vitest";
import { parse } from "yaml";
import { type CliRoom, openCliRoom } from "../support/run-cli.ts";

let room: CliRoom;
beforeEach(() => {
  room = openCliRoom();
});
afterEach(() => room.remove());

const read = (name: string): string => readFileSync(path.join(room.folder, name), "utf8");
const write = (...args: string[]) => room.run(["new", "lesson", ...args]);

test("the first lesson makes a course; what it says to do next works", async () => {
  const { stdout, stderr, code } = await write("traffic-shifting");
  expect({ code, stdout }).toEqual({ code: 0, stdout: "lessons/lesson-01-traffic-shifting.md\nlessons/course.yaml\n" });
  expect(stderr).toBe(`It passes as it stands. Now write, and look often:
  learn-istio lint lessons/lesson-01-traffic-shifting.md
  learn-istio test lessons/lesson-01-traffic-shifting.md
  learn-istio start lesson-01
`);
  expect(parse(read("lessons/course.yaml"))).toEqual({ id: "work", title: "work" });
  const next = stderr.split("\n").filter((line) => line.startsWith("  learn-istio"));
  for (const line of next) {
    const args = line.trim().split(" ").slice(1);
    const ran = await room.run([...args, ...(args[0] === "start" ? ["--yes", "--trust", "--target", "none"] : [])]);
    expect({ line, code: ran.code }, ran.stdout + ran.stderr).toEqual({ line, code: 0 });
    expect(ran.stderr).not.toMatch(/warning|error/);
  }
});

test.each(["none", "sandbox"])("three new lessons pass together on target %s", async (target) => {
  for (const name of ["one", "two", "three"]) expect((await write(name)).code).toBe(0);
  expect((await room.run(["lint"])).stderr).toBe("3 files: nothing found\n");
  const { stdout, code } = await room.run(["test", "--target", target]);
  expect(code, stdout).toBe(0);
  expect(stdout).toContain("3 lessons, 9 steps: 9 passed, 0 failed, 0 skipped · asserted 6 of 6 commands");
});

test("the check of a new lesson fails where the learner did nothing", async () => {
  await write("one");
  const file = "lessons/lesson-01-one.md";
  const broken = read(file).replace('echo "replicas: 3" >', 'echo "replicas: 2" >');
  room.write({ [file]: broken.replace("# requires: [lesson-01]", "defaults: { within: 200ms, every: 100ms }") });
  expect((await room.run(["test", "--target", "none"])).code).toBe(1);
});

test.each([
  { there: [], args: ["a"], made: "lessons/lesson-01-a.md" },
  { there: ["lessons/lesson-07-x.md"], args: ["Über  Mesh!"], made: "lessons/lesson-08-ber-mesh.md" },
  { there: ["lessons/lesson-099-x.md"], args: ["a"], made: "lessons/lesson-100-a.md" },
  { there: ["course.yaml"], args: ["a"], made: "lesson-01-a.md" },
  { there: ["lesson-01-x.md"], args: ["a"], made: "lesson-02-a.md" },
  { there: ["lesson-01-x.md"], args: ["a", "--lessons", "other/place"], made: "other/place/lesson-01-a.md" },
  { there: [], args: ["--title", "Who may call whom?"], made: "lessons/lesson-01-who-may-call-whom.md" },
  { there: [], args: [], made: "lessons/lesson-01-new-lesson.md" },
])("beside $there, `new lesson $args` writes $made", async ({ there, args, made }) => {
  room.write(Object.fromEntries(there.map((name) => [name, ""])));
  expect((await write(...args)).stdout.split("\n")[0]).toBe(made);
  expect(read(made)).toContain("## Checkpoint");
});

test.each(['Who says "hi": #1? ', "2026", "- a", "a `b` <c>", "yes", "it's"])(
  "the title %j stays as it is",
  async (title) => {
    expect((await write("x", "--title", title)).code).toBe(0);
    const { stdout } = await room.run(["list", "--json"]);
    expect(JSON.parse(stdout).lessons[0].title).toBe(title.trim());
    expect((await room.run(["lint"])).stderr).toBe("1 file: nothing found\n");
  },
);

test("nothing is written over; a course that had no file keeps the name under which its progress stands", async () => {
  room.write({ "lessons/lesson-01-x.md": "mine\n" });
  const before = JSON.parse((await room.run(["list", "--json"])).stdout).course;
  await write("a");
  expect(JSON.parse((await room.run(["list", "--json"])).stdout).course).toEqual(before);
  room.write({ "lessons/course.yaml": "id: own\n" });
  expect((await write("b")).stdout).toBe("lessons/lesson-03-b.md\n");
  expect(read("lessons/course.yaml")).toBe("id: own\n");
  expect(read("lessons/lesson-01-x.md")).toBe("mine\n");
  expect(statSync(path.join(room.folder, "lessons/lesson-03-b.md")).mode & 0o777).toBe(0o666 & ~process.umask());
});

test.each([
  { args: ["lessn"], says: "`new lessn` is nothing, expected `new lesson`" },
  { args: ["course", "x"], says: "`learn-istio new lesson --lessons DIR` begins a course" },
  { args: ["lesson", "日本"], says: "has no letters that a file's name could be made of" },
  { args: ["lesson", "x", "--title", " "], says: "`--title` is empty" },
  { args: ["lesson", "x", "--title", "a\u202eb"], says: "would not be clean" },
  { args: ["lesson", "x", "--lessons", "file"], says: "`file` is a file, expected a folder" },
  { args: [], says: "missing required argument" },
])("`new $args` is refused, and writes nothing", async ({ args, says }) => {
  room.write({ file: "" });
  const { stdout, stderr, code } = await room.run(["new", ...args]);
  expect({ stdout, code }).toEqual({ stdout: "", code: 2 });
  expect(stderr).toContain(says);
  expect(readdirSync(room.folder)).toEqual(["file"]);
});

test("what it writes is as the schemas say", async () => {
  await write("x");
  const schema = (name: string) =>
    JSON.parse(readFileSync(path.resolve(import.meta.dirname, "../../lessons", name), "utf8"));
  const ajv = new Ajv2020({ strict: true, allowUnionTypes: true });
  expect(ajv.validate(schema("course.schema.json"), parse(read("lessons/course.yaml")))).toBe(true);
  const front = read("lessons/lesson-01-x.md").split(/^---$/m)[1] ?? "";
  expect(ajv.validate(schema("lesson.schema.json"), parse(front))).toBe(true);
});
