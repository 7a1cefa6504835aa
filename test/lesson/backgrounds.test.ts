// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the values are what authors write
import { describe, expect, test } from "vitest";
import { parseLesson } from "../../src/lesson/index.ts";
import { readReadiness } from "../../src/lesson/readiness.ts";

describe("ready is", () => {
  test.each([
    ["port 8001", { kind: "port", port: "8001" }],
    ["  port   1 ", { kind: "port", port: "1" }],
    ["port 65535", { kind: "port", port: "65535" }],
    ["port ${PORT}", { kind: "port", port: "${PORT}" }],
    ["http http://localhost:8001/healthz", { kind: "http", url: "http://localhost:8001/healthz" }],
    ["http https://[::1]/?a=b", { kind: "http", url: "https://[::1]/?a=b" }],
    ["http ${INGRESS_URL}/productpage", { kind: "http", url: "${INGRESS_URL}/productpage" }],
    ["http http://${HOST}:${PORT}/${PATH}", { kind: "http", url: "http://${HOST}:${PORT}/${PATH}" }],
    ["line /Starting to serve/", { kind: "line", pattern: "Starting to serve" }],
    ["line /^a/b$/", { kind: "line", pattern: "^a/b$" }],
    ["line /^$/", { kind: "line", pattern: "^$" }],
    ["line / /", { kind: "line", pattern: " " }],
  ])("%s", (value, expected) => {
    expect(readReadiness(value)).toEqual(expected);
  });
});

describe("ready is none of its forms", () => {
  test.each([
    "",
    "port",
    "port 0",
    "port 65536",
    "port 08001",
    "port -1",
    "port 8001 8002",
    "port localhost:8001",
    "port $PORT",
    "port ${1}",
    "port ${A}${B}",
    "Port 8001",
    "8001",
    "http",
    "http localhost:8001",
    "http ftp://localhost/",
    "http http://$HOST/",
    "http http://${1}/",
    "http http://a b/",
    "http http://",
    "http http://localhost:99999/",
    "http \\${A}/x",
    "http://localhost:8001",
    "line Starting",
    "line //",
    "line /a/i",
    "line/a/",
  ])("%s", (value) => {
    expect(readReadiness(value)).toBeUndefined();
  });
});

describe("a pattern that cannot be used", () => {
  test.each([
    ["line /(/", "LI052"],
    ["line /a)(b/", "LI052"],
    ["line /[z-a]/", "LI052"],
    ["line /(?=a)/", "LI052"],
    ["line /.*/", "LI051"],
    ["line /x?/", "LI051"],
    ["line /a|/", "LI051"],
    ["line /^/", "LI051"],
  ])("%s: %s", (value, code) => {
    expect(readReadiness(value)).toMatchObject({ fault: { code } });
  });
});

/** A page whose blocks have these keys, one block each, and the codes of its errors with their lines. */
function errorsOf(...keys: readonly string[]): readonly string[] {
  const text = keys.map((key) => `\`\`\`bash {${key}}\ntrue\n\`\`\`\n`).join("");
  const { diagnostics } = parseLesson("page.md", text);
  return diagnostics
    .filter((finding) => finding.severity === "error")
    .map(({ code, place }) => `${(place.line + 2) / 3} ${code}`);
}

const A = 'background=a ready="port 1"';

describe("names of background blocks", () => {
  test.each<[string, string[], string[]]>([
    ["started and stopped", [A, "stop=a"], []],
    ["started, stopped and started again", [A, "stop=a", A, "stop=a"], []],
    ["two names", [A, 'background=b ready="port 2"', "stop=a", "stop=b"], []],
    ["never stopped", [A], []],
    ["started twice", [A, A], ["2 LI043"]],
    ["stopped twice", [A, "stop=a", "stop=a"], ["3 LI042"]],
    ["stopped before it is started", ["stop=a", A], ["1 LI042"]],
    ["another name", [A, "stop=b"], ["2 LI042"]],
    ["variants by target", [`${A} target=live`, `${A} target="none sandbox"`, "stop=a"], []],
    ["variants that meet", [`${A} target=live`, `${A} target="live none"`], ["2 LI043"]],
    ["variants by system", [`${A} os=linux`, `${A} os=darwin`, "stop=a"], []],
    ["system and target meet", [`${A} os=linux`, `${A} target=live`], ["2 LI043"]],
    ["stopped where it never runs", [`${A} target=live`, "stop=a target=none"], ["2 LI042"]],
    ["stopped in some places", [A, "stop=a target=live", `${A} target=live`, "stop=a"], []],
    ["started where it was not stopped", [A, "stop=a target=live", A], ["3 LI043"]],
    ["variants that only the run knows", [`${A} if="test -e x"`, `${A} if="! test -e x"`, "stop=a"], []],
    ["one that may run, then one that does", [`${A} if="true"`, A, "stop=a"], []],
    ["one that does, then one that may", [A, `${A} if="true"`], ["2 LI043"]],
    ["a stop that may not happen", [A, 'stop=a if="true"', "stop=a"], []],
    ["a skipped block is known", [`${A} skip="later"`, "stop=a"], []],
    ["a cleanup may stop it too", [A, "stop=a", "cleanup stop=a"], []],
    ["a cleanup does not stop it for what follows", [A, "cleanup stop=a", A], ["3 LI043"]],
    ["a cleanup names nothing", ["cleanup stop=a", A], ["1 LI042"]],
  ])("%s", (_, keys, expected) => {
    expect(errorsOf(...keys)).toEqual(expected);
  });
});

test.each([
  ["a cleanup", "```bash {cleanup}\ntrue\n```\n"],
  ["a block of another language", "```yaml\na: b\n```\n"],
])("%s beside checks leaves the section a step for the learner alone", (_, block) => {
  const check = "<details>\n<summary>Check: c</summary>\n\n```bash\ntest -e it\n```\n\n</details>\n";
  const { lesson, diagnostics } = parseLesson("page.md", `# Page\n\n${check}\n${block}`);
  expect(diagnostics).toEqual([]);
  expect(lesson?.steps.map(({ commands, checks }) => [commands.length, checks.length])).toEqual([[0, 1]]);
});

describe("keys that contradict each other", () => {
  test.each([`${A} exit=1`, `${A} tty`, `${A} stream=both`, `${A} mode=type`, 'ready="port 1"'])("%s", (keys) => {
    expect(errorsOf(keys)).toEqual(["1 LI041"]);
  });
  test.each([`${A} timeout=5s`, `${A} mode=run`, `${A} host`, "host mode=type tty"])("not %s", (keys) => {
    expect(errorsOf(keys)).toEqual([]);
  });
  test.each([
    ["exact", "$ true\n$ true", ["1 LI041"]],
    ["contains", "$ true\n$ false\n[1]", ["1 LI041"]],
    ["exact", "$ true\n$ echo a\na", []],
  ])("`%s` on a transcript without output asserts nothing: %j", (mode, body, expected) => {
    const { diagnostics } = parseLesson("page.md", `\`\`\`console {${mode}}\n${body}\n\`\`\`\n`);
    expect(diagnostics.map(({ place, code }) => `${place.line} ${code}`)).toEqual(expected);
  });
  test("nobody can type what nobody sees", () => {
    const { diagnostics } = parseLesson("page.md", "<!--\n```bash {hidden mode=type}\ntrue\n```\n-->\n");
    expect(diagnostics.map(({ code }) => code)).toEqual(["LI041"]);
  });
});
