// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the examples are what authors write
import type { DiagnosticCode } from "../../src/diagnostics/index.ts";
import { RULES } from "../../src/lesson/checks/rules.ts";

/** A file's text; a course's lessons by their names; or a file's bytes. */
type Example = string | Readonly<Record<string, string>> | Buffer;

export interface Examples {
  readonly good: Example;
  readonly bad: Example;
}

const bash = (info = "", body = "true"): string => `\`\`\`bash${info}\n${body}\n\`\`\`\n`;
const output = (info: string, ...lines: readonly string[]): string =>
  ["```bash", "date", "```", "", `\`\`\`output${info}`, ...lines, "```", ""].join("\n");
const details = (summary: string, body = bash()): string =>
  `<details>\n<summary>${summary}</summary>\n\n${body}\n</details>\n`;

const CHECK = details("Check: it holds");
const CHECKPOINT = `\n## Checkpoint\n\n${CHECK}`;
const HEAD = "---\ntitle: x\n---\n\n";
const STEP = bash(" {exit=1}", "false");
const lesson = (body: string, after = ""): string => `${HEAD}${body}${CHECKPOINT}${after}`;
const requires = (id: string): string => lesson(STEP).replace("title: x", `requires: [${id}]`);
const MUTANTS = `mutants:
  - { id: typo, mistake: A slip, step: x-1, replace: "false", with: "true", verdict: wrong-exit, why: status }
`;
const YAML = "```yaml\na: b\n```\n";

/** The codes of the author's rules have theirs beside each rule. */
type OwnCode = Exclude<DiagnosticCode, `LI50${string}` | "LI510" | "LI513" | "LI514" | "LI515" | "LI516">;

const OWN: Readonly<Record<OwnCode, Examples>> = {
  LI001: { good: `<div>\n\n${bash()}\n</div>\n`, bad: `<div>\n${bash()}</div>\n` },
  LI002: { good: bash(), bad: "```bash\ntrue\n" },
  LI003: { good: "````bash\n```\n````\n", bad: "```bash\ntrue\n``` end\n```\n" },
  LI004: { good: bash(), bad: "```Bash\ntrue\n```\n" },
  LI005: { good: bash(" {#a}"), bad: bash(" {#a") },
  LI006: { good: bash(" {timeout=2m}"), bad: bash(" {tiemout=2m}") },
  LI007: { good: bash(" {exit=1}"), bad: "```console {exit=1}\n$ true\n```\n" },
  LI008: { good: bash(" {exit=255}"), bad: bash(" {exit=256}") },
  LI009: { good: bash(" {exit=1}"), bad: bash(" {exit=1 exit=1}") },
  LI010: { good: `<!-- li: #a -->\n${bash()}`, bad: `<!-- li: #a -->\n\n${bash()}` },
  LI012: { good: `${bash(" {#a}")}\n${bash(" {#b}")}`, bad: `${bash(" {#a}")}\n${bash(" {#a}")}` },
  LI013: { good: "```console\n$ true\n```\n", bad: "```console\ntrue\n```\n" },
  LI014: { good: "```console\n$ true |\n> true\n```\n", bad: "```console\n$ true |\n```\n" },
  LI015: { good: output("", "x"), bad: "```output\nx\n```\n" },
  LI016: { good: bash(), bad: bash("", "") },
  LI017: { good: `${bash()}\n${CHECK}`, bad: `${bash()}\n${details("Check: it holds", "Words.\n")}` },
  LI018: { good: details("More"), bad: "<details>\n<summary>More</summary>\n\nWords.\n" },
  LI019: { good: `${bash()}\n${CHECK}\n${CHECK}`, bad: `${bash()}\n${details("Check: it", `${bash()}\n${CHECK}`)}` },
  LI020: {
    good: lesson(`${STEP}\n${details("Hint: a", "b\n")}`),
    bad: lesson(`${STEP}\n${details("hint: a", "b\n")}`),
  },
  LI021: { good: `${bash()}\n${CHECK}`, bad: `${CHECK}\n${bash()}` },
  LI022: {
    good: lesson(`## Your turn\n\n${CHECK}\n${details("Solution")}`),
    bad: lesson(`${STEP}\n${details("Solution")}`),
  },
  LI023: { good: lesson(STEP, "\nWords.\n"), bad: lesson(STEP, `\n${bash()}`) },
  LI024: { good: lesson(STEP, "\n## Further reading\n"), bad: lesson(STEP, "\n## And more\n") },
  LI025: { good: lesson(STEP), bad: lesson("") },
  LI026: { good: lesson(STEP), bad: `${HEAD}${STEP}` },
  LI027: { good: lesson(STEP), bad: lesson(STEP).replace("title: x", "title: [x") },
  LI028: { good: lesson(STEP), bad: lesson(STEP).replace("title: x", "titel: x") },
  LI029: { good: lesson(STEP), bad: lesson(STEP).replace("title: x", "minutes: few") },
  LI030: {
    good: { "lesson-01-a.md": lesson(STEP), "lesson-02-b.md": lesson(STEP) },
    bad: { "lesson-01-a.md": lesson(STEP), "lesson-01-b.md": lesson(STEP) },
  },
  LI031: { good: { "lesson-01-a.md": lesson(STEP) }, bad: { "lesson-01-a.md": requires("lesson-09") } },
  LI032: {
    good: { "lesson-01-a.md": lesson(STEP), "lesson-02-b.md": requires("lesson-01") },
    bad: { "lesson-01-a.md": requires("lesson-02"), "lesson-02-b.md": requires("lesson-01") },
  },
  LI033: { good: "<!-- a -->\n", bad: "<!-- a\n" },
  LI034: { good: Buffer.from("# ä\n"), bad: Buffer.from("# ä\n", "latin1") },
  LI035: { good: Buffer.from("# a\n"), bad: Buffer.alloc(5_000_000, "# a\n") },
  LI036: { good: `\`a\`\n\n${YAML.replace("yaml", "yaml {file=a}")}`, bad: YAML.replace("yaml", "yaml {file=../a}") },
  LI037: { good: `\`a\`\n\n${YAML.replace("yaml", "yaml {file=a}")}`, bad: YAML.replace("yaml", "yaml {file=a}") },
  LI038: {
    good: "`a`\n\n```yaml {file=a expand}\na: ${B}\n```\n",
    bad: "`a`\n\n```yaml {file=a expand}\na: ${1}\n```\n",
  },
  LI039: {
    good: `<!--\n${bash(" {hidden}")}-->\n`,
    bad: `<!--\n${bash(" {hidden}")}\nWords.\n-->\n`,
  },
  LI040: { good: `<!--\n${bash(" {hidden}")}-->\n`, bad: bash(" {hidden}") },
  LI041: { good: bash(' {background=a ready="port 1"}'), bad: bash(' {ready="port 1"}') },
  LI042: {
    good: `${bash(' {background=a ready="port 1"}')}\n${bash(" {stop=a}")}`,
    bad: bash(" {stop=a}"),
  },
  LI043: {
    good: `${bash(' {background=a ready="port 1" os=linux}')}\n${bash(' {background=a ready="port 2" os=darwin}')}`,
    bad: `${bash(' {background=a ready="port 1"}')}\n${bash(' {background=a ready="port 2"}')}`,
  },
  LI044: { good: lesson(`${STEP}\n- [ ] Look.\n`), bad: lesson(`${STEP}\n- [x] Look.\n`) },
  LI050: { good: output("", "x"), bad: output("") },
  LI051: { good: output("", "...", "x"), bad: output("", "...") },
  LI052: { good: output("", "(a) (re)"), bad: output("", "(a (re)") },
  LI053: { good: output("", "a (re) (optional)", "b"), bad: output("", "a (re) (re)", "b") },
  LI054: { good: output("", "${A}"), bad: output("", "${1}") },
  LI055: { good: output(" {not}", "x"), bad: output(" {not}", "x", "...") },
  LI056: { good: output(" {json}", '{"a": 1}'), bad: output(" {json}", "{a") },
  LI057: { good: output(" {yaml}", "a: 1"), bad: output(" {yaml}", "a: [") },
  LI058: { good: output(" {like=kubectl}", "NAME", "x"), bad: output(" {like=docker}", "NAME", "x") },
  LI059: {
    good: output(' {distribution="60 40"}', "6 a", "4 b"),
    bad: output(' {distribution="60 -40"}', "6 a", "4 b"),
  },
  LI060: { good: output(' {distribution="60 40"}', "6 a", "4 b"), bad: output(' {distribution="60 40"}', "6 a") },
  LI061: { good: output(' {distribution="60 40"}', "6 a", "4 b"), bad: output(' {distribution="60 40"}', "a", "4 b") },
  LI062: {
    good: output(' {distribution="60 40"}', "6 a", "4 b"),
    bad: `${bash()}\n${details("Check: it", output(' {distribution="60 40"}', "6 a", "4 b"))}`,
  },
  LI517: {
    good: { "lesson-01-a.md": lesson(STEP), "page.md": STEP },
    bad: { "lesson-01-a.md": `+++\ntitle = "x"\n+++\n\n${STEP}` },
  },
  LI063: {
    good: { "lesson-01-x.md": lesson(STEP), "lesson-01.mutants.yaml": MUTANTS },
    bad: { "lesson-01-x.md": lesson(STEP), "lesson-01.mutants.yaml": MUTANTS.replace("x-1", "y-1") },
  },
  LI511: { good: `- a\n\n  ${bash().trim().replaceAll("\n", "\n  ")}\n`, bad: "    ```bash\n    true\n    ```\n" },
  LI512: { good: "<!-- a -->\n", bad: `<!--\n${bash()}-->\n` },
};

const OF_RULES = Object.fromEntries(
  RULES.map(({ code, good, bad }): [string, Examples] => [code, { good: good[0] ?? "", bad: bad[0] ?? "" }]),
);

/** A good and a bad example for each code. */
export const EXAMPLES: Readonly<Record<string, Examples | undefined>> = { ...OWN, ...OF_RULES };
