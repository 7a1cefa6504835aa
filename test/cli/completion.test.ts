import { execFileSync } from "node:child_process";
import { mkdirSync, symlinkSync } from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { complete, type Vocabulary } from "../../src/cli/completion/complete.ts";
import { parseArguments } from "../../src/cli/program.ts";
import { type CliRoom, openCliRoom } from "../support/run-cli.ts";

const option = (name: string, value?: string | readonly string[], repeats = false) => ({
  name,
  summary: `about ${name}`,
  value,
  repeats,
});
const TARGET = option("--target", ["sandbox", "live", "none"]);
const VOCABULARY: Vocabulary = {
  root: [option("--lessons", "dir"), TARGET],
  commands: [
    {
      name: "start",
      summary: "",
      args: [{ name: "lesson", variadic: false }],
      options: [TARGET, option("--var", "name", true), option("--yes")],
    },
    { name: "status", summary: "", args: [], options: [option("--lessons", "dir")] },
    {
      name: "test",
      summary: "",
      args: [{ name: "paths", variadic: true }],
      options: [option("--from", "step"), option("--lessons", "dir")],
    },
    { name: "sandbox", summary: "", args: [{ name: "what", variadic: true }], options: [] },
  ],
};

describe("what may stand at the cursor, written |", () => {
  test.each([
    ["|", "start status test sandbox"],
    ["sta|", "start status"],
    ["wibble |", "start status test sandbox"],
    ["-|", "--lessons --target --version --help"],
    ["--target |", "sandbox live none"],
    ["--target l|", "live"],
    ["--target=|", "--target=sandbox --target=live --target=none"],
    ["--target=n|", "--target=none"],
    ["--yes=|", ""],
    ["--target none sta|", "start status"],
    ["start |", "(lessons-and-steps)"],
    ["start a |", ""],
    ["start --|", "--target --var --yes --help"],
    ["start --yes --target none --|", "--var --help"],
    ["start --var A=1 --v|", "--var"],
    ["start --yes |", "(lessons-and-steps)"],
    ["start --target |", "sandbox live none"],
    ["start -- --|", "(lessons-and-steps)"],
    ["status |", ""],
    ["status --lessons |", "(folders)"],
    ["test |", "(lessons-and-files)"],
    ["test a b c|", "(lessons-and-files)"],
    ["test --from |", "(lessons-and-steps)"],
    ["sandbox st|", "start stop status"],
  ])("%s", (line, expected) => {
    const { candidates, source } = complete(line.replace("|", "").split(" "), VOCABULARY);
    const found = candidates.map((candidate) => candidate.word);
    expect([...found, ...(source === undefined ? [] : [`(${source})`])].join(" ")).toBe(expected);
  });

  test.each([
    ["--lessons a start |", "a"],
    ["status --lessons=b=c |", "b=c"],
    ["start --target --lessons |", undefined],
  ])("%s looks into %s", (line, folder) => {
    expect(complete(line.replace("|", "").split(" "), VOCABULARY).lessons).toBe(folder);
  });
});

test("each command of the help, and each of its options, is offered", () => {
  const parsed = parseArguments(["__complete", "--", ""], "1.2.3", 100);
  const vocabulary = parsed.kind === "request" ? parsed.request.vocabulary : undefined;
  if (vocabulary === undefined) throw new Error("no vocabulary");
  const help = (args: readonly string[]): string => {
    const shown = parseArguments([...args, "--help"], "1.2.3", 100);
    return shown.kind === "text" ? shown.stdout : "";
  };
  const listed = help([]).split("Commands:\n")[1]?.split("\n\n")[0] ?? "";
  expect(vocabulary.commands.map(({ name }) => name)).toEqual(
    [...listed.matchAll(/^ {2}(\w+)/gm)].map(([, name]) => name),
  );
  for (const { name } of vocabulary.commands) {
    const offered = complete([name, "-"], vocabulary).candidates.map(({ word }) => word);
    expect(offered).toEqual([...help([name]).matchAll(/^ {2}(?:-h, )?(--[\w-]+)/gm)].map(([, word]) => word));
  }
});

describe("in a real bash", () => {
  let room: CliRoom;
  let bin: string;
  beforeAll(async () => {
    const lesson = (title: string, step: string) =>
      `---\ntitle: ${title}\n---\n\n\`\`\`bash {#${step}}\ntrue\n\`\`\`\n\n## Checkpoint\n\n<details>\n<summary>Check: it is so</summary>\n\n\`\`\`bash\ntrue\n\`\`\`\n\n</details>\n`;
    room = openCliRoom({
      "lessons/lesson-01-a.md": lesson("First", "make-it"),
      "lessons/lesson-02-b.md": lesson('"two\\n:files\\tx"', "break-it"),
      "other/lesson-07-z.md": lesson("Seventh", "z"),
      "page.md": "",
      "two words.md": "",
    });
    bin = path.join(room.folder, "../bin");
    mkdirSync(bin);
    symlinkSync(path.resolve(import.meta.dirname, "../../src/cli/bin.cjs"), path.join(bin, "learn-istio"));
  });
  afterAll(() => room.remove());

  /** The words as bash splits them at its COMP_WORDBREAKS; the last one is at the cursor. */
  function completed(...words: readonly string[]): string[] {
    const script = `set -u; source <(learn-istio completion bash); COMP_WORDS=(learn-istio "$@"); COMP_CWORD=$#
      [[ $(complete -p learn-istio) == *'-F _learn_istio learn-istio' ]] || exit 9
      _learn_istio; [[ \${#COMPREPLY[@]} == 0 ]] || printf '%s\\n' "\${COMPREPLY[@]}"`;
    const root = path.dirname(room.folder);
    const env = {
      HOME: root,
      XDG_STATE_HOME: path.join(root, "state"),
      XDG_CACHE_HOME: path.join(root, "cache"),
      PATH: `${bin}:${path.dirname(process.execPath)}:${process.env.PATH ?? ""}`,
    };
    const options = { cwd: room.folder, env, encoding: "utf8" } as const;
    return execFileSync("bash", ["--norc", "-c", script, "bash", ...words], options)
      .split("\n")
      .slice(0, -1);
  }

  test.each([
    { words: ["chec"], expected: ["check"] },
    { words: ["start", ""], expected: ["lesson-01", "lesson-02"] },
    { words: ["start", "lesson-02#"], expected: ["lesson-02#break-it", "lesson-02#checkpoint"] },
    { words: ["start", "lesson-09#"], expected: [] },
    { words: ["check", "lesson-01#"], expected: [] },
    { words: ["list", "--target", "=", "l"], expected: ["live"] },
    { words: ["list", "--target", "="], expected: ["sandbox", "live", "none"] },
    { words: ["start", "--lessons", "other", ""], expected: ["lesson-07"] },
    { words: ["start", "--lessons", "=", "other", ""], expected: ["lesson-07"] },
    { words: ["start", "--lessons", "nowhere", ""], expected: [] },
    { words: ["list", "--lessons", "o"], expected: ["other"] },
    { words: ["lint", "p"], expected: ["page.md"] },
    { words: ["lint", "two"], expected: ["two words.md"] },
    { words: ["lint", "le"], expected: ["lesson-01", "lesson-02", "lessons"] },
    { words: ["completion", "z"], expected: ["zsh"] },
  ])("$words", ({ words, expected }) => {
    expect(completed(...words)).toEqual(expected);
  });

  test("a course that cannot be read says nothing", async () => {
    room.write({ "broken/lesson-01-a.md": "", "broken/course.yaml": "id: [\n" });
    expect(await room.run(["__complete", "--", "start", "--lessons", "broken", ""])).toEqual({
      stdout: "",
      stderr: "",
      code: 0,
    });
  });
});

test.each(["bash", "zsh", "fish"])("the script for %s says how to install it", async (shell) => {
  const room = openCliRoom();
  try {
    const { stdout, stderr, code } = await room.run(["completion", shell]);
    expect({ stderr, code }).toEqual({ stderr: "", code: 0 });
    expect(stdout.split("\n")[0]).toMatch(new RegExp(`^# For now.*learn-istio completion ${shell}.*For always`));
  } finally {
    room.remove();
  }
});

test("another shell is named, and refused", async () => {
  const room = openCliRoom();
  try {
    expect(await room.run(["completion", "fishh"])).toEqual({
      stdout: "",
      stderr:
        "learn-istio: There is no completion for `fishh`, expected `bash`, `zsh`, `fish`.\n  hint: did you mean `fish`?\n",
      code: 2,
    });
  } finally {
    room.remove();
  }
});
