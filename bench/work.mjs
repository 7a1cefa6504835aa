// The same work for each runner: N steps, each with its command and what it has to print.
import { writeFileSync } from "node:fs";
import path from "node:path";

const FENCE = "```";

/** N steps of `lines` lines each: `echo` for one, `seq` (a process) for more. */
export function stepsOf(count, lines = 1) {
  return Array.from({ length: count }, (_, index) => {
    const name = `step-${index + 1}`;
    if (lines === 1) return { name, command: `echo ${name}`, output: [name] };
    const output = Array.from({ length: lines }, (_, line) => `${name}-line-${line + 1}`);
    return { name, command: `seq -f '${name}-line-%g' ${lines}`, output };
  });
}

const quoted = (text) => text.replaceAll('"', '\\"').replaceAll("$", "\\$");

const EXPECT_HEAD = `log_user 0
set timeout 10
spawn -noecho bash --norc --noprofile --noediting
expect -re {[$#] $}
send "PS1='@@P@@ '; stty -echo\\r"
expect -re {\\n@@P@@ $}
`;

const expectStep = ({ name, command, output }) => `send {${command}}
send "\\r"
expect {
  -re {^(.*)@@P@@ $} {}
  timeout {exit 1}
}
if {[string map {"\\r" ""} $expect_out(1,string)] ne "${output.join("\\n")}\\n"} {puts "${name}"; exit 1}
`;

/** Runner → its file's ending, what stands before and after all steps, and one step. */
const FORMATS = {
  lesson: {
    ending: "md",
    before: "# Lesson\n\n",
    step: ({ name, command, output }) =>
      `## ${name}\n\nSome prose for ${name}.\n\n${FENCE}bash\n${command}\n${FENCE}\n\n${FENCE}output\n${output.join("\n")}\n${FENCE}\n\n`,
  },
  bash: { ending: "sh", step: ({ command }) => `${command}\n` },
  byexample: {
    ending: "byexample.md",
    step: ({ name, command, output }) => `${name}:\n\n${FENCE}shell\n$ ${command}\n${output.join("\n")}\n${FENCE}\n\n`,
  },
  cram: {
    ending: "t",
    step: ({ name, command, output }) =>
      `${name}:\n\n  $ ${command}\n${output.map((line) => `  ${line}\n`).join("")}\n`,
  },
  clitest: { ending: "txt", step: ({ command, output }) => `$ ${command}\n${output.join("\n")}\n` },
  shelltest: {
    ending: "test",
    step: ({ command, output }) => `${command}\n>>>\n${output.join("\n")}\n>>>= 0\n\n`,
  },
  expect: { ending: "exp", before: EXPECT_HEAD, step: expectStep, after: 'send "exit\\r"\nexpect eof\n' },
  txm: {
    ending: "txm.md",
    before: "<!-- !test program bash -->\n\n",
    step: ({ name, command, output }) =>
      `<!-- !test in ${name} -->\n\n${FENCE}bash\n${command}\n${FENCE}\n\n<!-- !test out ${name} -->\n\n${FENCE}\n${output.join("\n")}\n${FENCE}\n\n`,
  },
  bats: {
    ending: "bats",
    step: ({ name, command, output }) =>
      `@test "${name}" {\n  run ${command}\n  [ "$status" -eq 0 ]\n  [ "$output" = "${quoted(output.join("\n"))}" ]\n}\n`,
  },
};

/** Write the work for a runner into a folder; gives the file. */
export function writeWork(folder, format, name, steps) {
  const { ending, before = "", step, after = "" } = FORMATS[format];
  const file = path.join(folder, `${name}.${ending}`);
  writeFileSync(file, before + steps.map(step).join("") + after);
  return file;
}

/** A course of lessons with front matter, each of so many steps. */
export function writeCourse(folder, lessons, steps) {
  for (let number = 1; number <= lessons; number++) {
    const id = String(number).padStart(2, "0");
    const front = `---\ntitle: Lesson ${number}\nsummary: What it is about.\nminutes: 5\n---\n\n`;
    const checkpoint = `## Checkpoint\n\n<details><summary>Check: all is well</summary>\n\n${FENCE}bash\ntrue\n${FENCE}\n\n</details>\n`;
    const body = stepsOf(steps).map(FORMATS.lesson.step).join("");
    writeFileSync(path.join(folder, `lesson-${id}-bench.md`), `${front}# Lesson ${number}\n\n${body}${checkpoint}`);
  }
}
