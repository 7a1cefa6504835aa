// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the pages are what authors write
import { expect, test } from "vitest";
import { openCliRoom } from "../support/run-cli.ts";

/** A page with an assertion that says too little, and words of the report that must be about it. */
type Planted = readonly [what: string, page: string, reported: RegExp];

const bash = (source: string, keys = ""): string => `\`\`\`bash${keys}\n${source}\n\`\`\`\n\n`;
const output = (text: string, keys = ""): string => `\`\`\`output${keys}\n${text}\n\`\`\`\n\n`;
const check = (predicate: string, more = ""): string =>
  `<details>\n<summary>Check: it is so</summary>\n\n${bash(predicate, " {within=1s}")}${more}</details>\n\n`;

const PODS = bash("printf 'NAME READY\\nalpha 1/1\\nbeta 1/1\\n'");
const POD = bash("echo alpha is running well");
const COUNTS = (counts: string): string => bash(`printf '${counts}'`);

const NOTHING = /had nothing been printed/;
const ERROR = /had an error been printed/;
const VALUE = /whatever any word/;
const NEVER = /was not seen to fail/;
const FORBIDS = /forbids a line that this output can never have/;

const PLANTED: readonly Planted[] = [
  ["a pattern of every line", POD + output(".* (re)"), /LI051/],
  ["a pattern of every line but empty ones", POD + output(".+ (re)"), ERROR],
  ["a pattern of words of any kind", POD + output("[\\w :.-]+ (re)"), ERROR],
  ["a pattern with an alternative for all", POD + output("alpha.*|.+ (re)"), VALUE],
  ["a glob of everything", POD + output("* (glob)"), /LI051/],
  ["a glob of one character and more", POD + output("?* (glob)"), VALUE],
  ["only an elision", PODS + output("..."), /LI051/],
  ["an elision and a line of any words", PODS + output("...\n<any> <rest>"), ERROR],
  ["any word alone", bash("echo alpha") + output("<any>"), VALUE],
  ["any words alone", POD + output("<any> <any> <any> <any>"), VALUE],
  ["the rest alone", POD + output("<rest>"), /LI051/],
  ["any word and the rest", POD + output("<any> <rest>"), ERROR],
  ["optional lines only", POD + output("alpha is running well (optional)"), NOTHING],
  ["optional lines with an elision", POD + output("alpha is running well (optional)\n..."), /LI051/],
  ["an output without its command", output("alpha"), /LI015/],
  [
    "any failure of a command that does not exist",
    bash("kubeclt get pods", " {exit=nonzero}"),
    /could not be run at all/,
  ],
  ["any failure, nothing said about it", bash("test -e /no/such/file", " {exit=nonzero}"), /its command been misspelt/],
  [
    "any failure with any words",
    bash("ls /no/such", " {exit=nonzero}") + output("<any> <rest>"),
    /its command been misspelt/,
  ],
  [
    "too few samples",
    COUNTS("18 v1\\n9 v2\\n3 v3\\n") + output("60 v1\n30 v2\n10 v3", ' {distribution="60 30 10"}'),
    /Too few samples/,
  ],
  ["a distribution of one label", COUNTS("900 v1\\n") + output("900 v1", ' {distribution="100"}'), /LI060/],
  ["contains of a blank", POD + output(" ", " {contains}"), /LI050/],
  ["contains of any words", PODS + output("<any> <any>", " {contains}"), ERROR],
  ["an empty object of JSON", bash("echo '{\"a\": 1}'") + output("{}", " {json}"), /LI051/],
  ["JSON of free texts", bash('echo \'{"a": "b"}\'') + output('{"a": "<rest>"}', " {json}"), VALUE],
  ["JSON of empty objects", bash('echo \'{"a": {"b": 1}}\'') + output('{"a": {}}', " {json}"), VALUE],
  ["an empty object of YAML", bash("echo 'a: 1'") + output("{}", " {yaml}"), /LI051/],
  ["YAML of free texts", bash("echo 'a: b'") + output("a: <rest>", " {yaml}"), VALUE],
  ["unordered with an elision alone", PODS + output("...", " {unordered}"), /LI051/],
  ["unordered lines of any words", PODS + output("...\n<any> <any>", " {unordered}"), ERROR],
  [
    "not: a line that no line is",
    POD + output("Error", " {not}") + output("alpha", " {contains}").replace("alpha", "alpha is running well"),
    FORBIDS,
  ],
  ["not: a pattern that nothing meets", POD + output("a^b (re)", " {not}") + output("alpha <rest>"), FORBIDS],
  ["not alone", PODS + output("<any> 0/1", " {not}"), NOTHING],
  ["a check that is true", bash("touch it") + check("true"), NEVER],
  ["a check that was true before", bash("touch it") + check("test -d /tmp"), /held before the step began/],
  ["a check whose failure is masked", bash("touch it") + check("kubectl get x || true"), /LI515/],
  ["a check whose failure is masked in the middle", bash("touch it") + check("ls it || true\ntest -d /"), NEVER],
  ["a check at the end of a pipe", bash("touch it") + check("ls it | cat"), /LI515/],
  ["a check of any words", bash("touch it") + check("ls it", output("<any>")), VALUE],
  [
    "a check that forbids what is never printed",
    bash("touch it") + check("ls -l it", output("Error", " {not}")),
    FORBIDS,
  ],
  ["exact, with the wrong end", bash("echo ' a '") + output("a", " {exact}"), /The output is not what was expected/],
];

test("there are at least thirty", () => {
  expect(PLANTED.length).toBeGreaterThanOrEqual(30);
});

test.concurrent.each(PLANTED)("%s is reported", async (_, page, reported) => {
  const room = openCliRoom({ "page.md": page });
  try {
    const { code, stdout, stderr } = await room.run(["test", "--prove", "page.md"]);
    const said = `${stderr}${stdout}`.replaceAll(/\s+/g, " ");
    expect(said).toMatch(reported);
    // A warning of `lint` stands beside a run that may pass.
    if (!/LI515/.test(reported.source)) expect(code).not.toBe(0);
  } finally {
    room.remove();
  }
});

const SOUND: readonly (readonly [what: string, page: string])[] = [
  ["lines as printed", PODS + output("NAME READY\nalpha 1/1\nbeta 1/1")],
  ["placeholders of a kind", PODS + output("NAME READY\nalpha <int>/1\n<any> 1/1")],
  ["one line of several", PODS + output("alpha 1/1", " {contains}")],
  ["an elision between", PODS + output("NAME READY\n...\nbeta 1/1")],
  ["lines in any order", PODS + output("beta 1/1\nalpha 1/1\nNAME READY", " {unordered}")],
  ["nothing printed", bash("true") + output("<rest>", " {not}")],
  ["what must be there, and what must not", PODS + output("alpha 1/1", " {contains}") + output("<any> 0/1", " {not}")],
  ["a part of a document", bash('echo \'{"a": {"b": 1}, "c": 2}\'') + output('{"a": {"b": 1}}', " {json}")],
  ["a status", bash("test -e /no/such/file", " {exit=1}")],
  [
    "any failure with its words",
    bash("ls /no/such", " {exit=nonzero}") + output("ls: <rest> No such file or directory"),
  ],
  ["a check of what was made", bash("touch it") + check("test -e it")],
  ["a check with its output", bash("touch it") + check("ls it", output("it"))],
  ["shares", COUNTS("1200 v1\\n600 v2\\n200 v3\\n") + output("60 v1\n30 v2\n10 v3", ' {distribution="60 30 10"}')],
];

test.concurrent.each(SOUND)("nothing is said against %s", async (_, page) => {
  const room = openCliRoom({ "page.md": page });
  try {
    const { code, stdout, stderr } = await room.run(["test", "--prove", "page.md"]);
    expect({ code, stderr, stdout: code === 0 ? "" : stdout }).toEqual({ code: 0, stderr: "", stdout: "" });
  } finally {
    room.remove();
  }
});
