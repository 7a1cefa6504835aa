import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { parseArguments } from "../../src/cli/program.ts";
import { type CliRoom, openCliRoom } from "../support/run-cli.ts";

/** Every command that takes `--json`, with what is asked of it and the keys that its document has. */
const DOCUMENTS: readonly { args: readonly string[]; keys: readonly string[]; code?: number }[] = [
  { args: [], keys: ["version", "course", "target", "lesson", "step", "number", "of", "inFlight", "progress"] },
  { args: ["list"], keys: ["version", "course", "target", "lessons"] },
  { args: ["status"], keys: ["version", "course", "target", "lesson", "step", "number", "of", "inFlight", "progress"] },
  { args: ["check", "--trust"], keys: ["version", "step", "checks"] },
  { args: ["check", "lesson-02", "--trust"], keys: ["version", "step", "checks"], code: 1 },
  { args: ["hint"], keys: ["version", "step", "hint", "of"] },
  { args: ["solve"], keys: ["version", "step", "solution"] },
  { args: ["start", "lesson-01", "--plan", "--trust"], keys: ["version", "course", "target", "lesson", "required"] },
  { args: ["doctor"], keys: ["version", "examined"] },
  { args: ["lint"], keys: ["version", "files", "findings"] },
  { args: ["lint", "broken.md"], keys: ["version", "files", "findings"], code: 3 },
  { args: ["env"], keys: ["KUBECONFIG"] },
  { args: ["sandbox", "status"], keys: ["running"] },
  { args: ["sandbox", "stop"], keys: ["running"] },
  { args: ["class", "leave"], keys: ["left", "told"] },
];

const lesson = (checked: string): string =>
  `---\ntitle: First\n---\n\n<details>\n<summary>Check: it is so</summary>\n\n\`\`\`bash {within=100ms}\n${checked}\n\`\`\`\n\n</details>\n\n<details>\n<summary>Solution</summary>\n\n\`\`\`bash\ntrue\n\`\`\`\n\n</details>\n\n## Checkpoint\n\n<details>\n<summary>Check: it is so</summary>\n\n\`\`\`bash\n${checked}\n\`\`\`\n\n</details>\n`;

let room: CliRoom;
beforeAll(() => {
  room = openCliRoom({
    "lessons/lesson-01-a.md": lesson("true"),
    "lessons/lesson-02-b.md": lesson("false"),
    "broken.md": "```Bash\n```\n",
  });
});
afterAll(() => room.remove());

describe("stdout is one JSON document and nothing else", () => {
  test.each(DOCUMENTS)("$args", async ({ args, keys, code = 0 }) => {
    const place = ["env", "check", "start"].includes(args[0] ?? "") ? ["--target", "none"] : [];
    const ran = await room.run([...args, "--json", ...place]);
    const document = JSON.parse(ran.stdout);
    expect(Object.keys(document)).toEqual(expect.arrayContaining([...keys]));
    expect(ran.stdout.startsWith("{\n") && ran.stdout.endsWith("\n}\n")).toBe(true);
    expect(ran.stdout).not.toContain("\u001b");
    if (args[0] !== "doctor") expect({ code: ran.code, stderr: ran.stderr }).toEqual({ code, stderr: "" });
  });

  test("lint --codes is one array", async () => {
    const { stdout } = await room.run(["lint", "--codes", "--json"]);
    expect(Object.keys(JSON.parse(stdout))).toContain("LI001");
  });

  test("of `test`, one document on each line", async () => {
    room.write({ "page.md": "```bash\necho {}; echo '\"' >&2\n```\n\n```output\nno\n```\n" });
    const { stdout, code } = await room.run(["test", "--json", "page.md"]);
    const types = stdout
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line).type);
    expect({ first: types[0], last: types.at(-1), code }).toEqual({ first: "run-start", last: "run-end", code: 1 });
  });

  test("of `log`, one document on each line, the first of them about the others", async () => {
    const { stdout } = await room.run(["log", "--json", "--target", "none"]);
    expect(Object.keys(JSON.parse(stdout.split("\n")[0] ?? ""))).toEqual(["type", "version", "course", "target"]);
  });

  test("a command that fails says so on stderr, and prints nothing", async () => {
    const { stdout, stderr, code } = await room.run(["list", "--json", "--lessons", "nowhere"]);
    expect({ stdout, code }).toEqual({ stdout: "", code: 2 });
    expect(stderr).toContain("There is no folder `nowhere`");
  });
});

test("no command that takes --json is left out above", () => {
  const parsed = parseArguments(["__complete", "--", ""], "1.2.3", 80);
  const commands = parsed.kind === "request" ? (parsed.request.vocabulary?.commands ?? []) : [];
  const takers = commands
    .filter(({ options }) => options.some(({ name }) => name === "--json"))
    .map(({ name }) => name);
  const named = new Set(DOCUMENTS.map(({ args }) => args[0]));
  expect(takers.filter((name) => !named.has(name))).toEqual(["log", "import", "test"]);
});
