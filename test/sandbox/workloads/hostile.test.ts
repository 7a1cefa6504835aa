import { expect, test } from "vitest";
import { startPods } from "./container.ts";

const A = "a".repeat(5000);
const COMPLEX = "regular expression too complex";

test.each([
  ["a case's pattern", `case ${A} in ${"*a".repeat(200)}b) echo yes;; *) echo no;; esac`, "no\n"],
  ["a start that is cut off", `x=${A}; y=\${x##${"*a".repeat(200)}b}; echo \${#y}`, "5000\n"],
  ["an end that is cut off", `x=${A}; y=\${x%%b${"a*".repeat(200)}}; echo \${#y}`, "5000\n"],
  ["what is replaced", `x=${A}; y=\${x//${"a*".repeat(200)}b/-}; echo \${#y}`, "5000\n"],
  ["a file's name", `touch /tmp/${"a".repeat(200)}; cd /tmp; echo ${"*a".repeat(40)}b | wc -c`, "82\n"],
  [
    "find's -name",
    `touch /tmp/${"a".repeat(200)}; find /tmp -name '${"*a".repeat(40)}b'; find /tmp -iname 'A*' | wc -l`,
    "1\n",
  ],
  // biome-ignore lint/suspicious/noTemplateCurlyInString: a shell expands it
  ["megabytes", "x=$(yes a/ | head -c 1000000); y=${x##*/}; z=${x//a\\//}; echo ${#y} ${#z}", "2 333334\n"],
])("%s with many stars is soon matched", async (_, script, out) => {
  const { pod, run } = startPods();
  expect(await run(pod("one"), ["sh", "-c", script])).toEqual({ out, err: "", exit: { code: 0 } });
});

test.each([
  ["grep", `echo ${A}b | grep -E '(a+)+$'`, `grep: ${COMPLEX}`],
  ["grep's groups that are meant again", `echo ${A}b | grep '\\(a*\\)*\\1c'`, `grep: ${COMPLEX}`],
  ["many stars", `echo ${A} | grep 'a*a*a*a*b'`, `grep: ${COMPLEX}`],
  ["sed", `echo ${A}b | sed -E 's/(a+)+$/x/'`, `sed: ${COMPLEX}`],
  ["sed's addresses", `echo ${A}b | sed -E '/(a|a)+$/d'`, `sed: ${COMPLEX}`],
  ["awk", `echo ${A}b | awk '/(a+)+$/ { print }'`, `awk: ${COMPLEX}`],
  ["awk's gsub", `echo ${A}b | awk '{ gsub(/(a+)+$/, "x") }'`, `awk: ${COMPLEX}`],
  ["awk's fields", `echo ${A}b | awk -F '(a+)+$' '{ print $1 }'`, `awk: ${COMPLEX}`],
  ["expr", `expr ${A}b : '\\(a*\\)*c'`, `expr: ${COMPLEX}`],
])("a runaway expression of %s is stopped, in words", async (_, script, words) => {
  const { pod, run } = startPods();
  const { err } = await run(pod("one"), ["sh", "-c", script]);
  expect(err).toContain(words);
});

test("a runaway expression in [[ ]] is stopped, in words", async () => {
  const { pod, run } = startPods();
  const one = pod("one", { container: { image: "nginx:1.29" } });
  const script = `[[ ${A}b =~ (a+)+$ ]]; echo "$?"`;
  expect(await run(one, ["bash", "-c", script])).toMatchObject({ err: expect.stringContaining(COMPLEX) });
});

const deep = (open: string, inner: string, close: string): string => open.repeat(20_000) + inner + close.repeat(20_000);

test.each([
  ["tests", "bash", `[[ ${deep("( ", "a", " )")} ]]`],
  ["negated tests", "bash", `[[ ${deep("! ", "a", "")} ]]`],
  ["braces", "bash", `echo ${deep("{a,", "b", "}")}`],
  ["numbers", "bash", `echo $((${deep("(", "1", ")")}))`],
  ["awk's brackets", "sh", `awk 'BEGIN { x = ${deep("(", "1", ")")} }'`],
  ["awk's blocks", "sh", `awk 'BEGIN { ${deep("{", "", "}")} }'`],
  ["awk's signs", "sh", `awk 'BEGIN { x = ${deep("- ", "1", "")} }'`],
  ["sed's blocks", "sh", `echo a | sed -n '${deep("{", "p", "}")}'`],
  ["groups of an expression", "sh", `echo a | grep -E '${deep("(", "a", ")")}'`],
  ["expr's brackets", "sh", `expr ${deep("\\( ", "1", " \\)")}`],
  ["find's brackets", "sh", `find /etc ${deep("\\( ", "-name a", " \\)")}`],
  ["test's brackets", "sh", `test ${deep("\\( ", "a", " \\)")}`],
  ["negations", "sh", deep("! ", "true", "")],
  ["substitutions", "sh", `echo ${deep("$(echo ", "a", ")")}`],
])("%s that stand too deep in each other end in words", async (_, shell, script) => {
  const { pod, run } = startPods();
  const one = pod("one", { container: { image: shell === "sh" ? "busybox:1.36" : "nginx:1.29" } });
  const { err, exit } = await run(one, [shell, "-c", `${script}; echo over >&2`]);
  expect(err).not.toMatch(/call stack|RangeError/);
  expect(exit).toHaveProperty("code");
  expect(err).not.toBe("");
});

test.each([
  ["a file that sources itself", "echo '. /tmp/a' > /tmp/a; . /tmp/a", "maximum recursion depth exceeded"],
  ["a text that evaluates itself", `x='eval "$x"'; eval "$x"`, "maximum recursion depth exceeded"],
  ["a script that is its own interpreter", "echo '#!/tmp/a' > /tmp/a; chmod +x /tmp/a; /tmp/a", "Too many levels"],
  ["a script that becomes itself", "echo 'exec sh /tmp/a' > /tmp/a; sh /tmp/a", "Too many levels"],
])("%s ends in words", async (_, script, words) => {
  const { pod, run } = startPods();
  expect((await run(pod("one"), ["sh", "-c", script])).err).toContain(words);
});

test("a trap that signals itself goes on until it is told to end, and blocks nobody", async () => {
  const { pod, run } = startPods();
  const stop = new AbortController();
  const script = "trap 'kill -USR1 $$' USR1; kill -USR1 $$; echo never";
  const running = run(pod("one"), ["sh", "-c", script], undefined, stop.signal);
  for (let turn = 0; turn < 3; turn += 1) await new Promise((resolve) => setTimeout(resolve, 5));
  stop.abort();
  expect(await running).toEqual({ out: "", err: "", exit: { code: 129 } });
});

test.each([
  ["a loop", "while :; do :; done"],
  ["a loop of awk's", "awk 'BEGIN { while (1) x++ }'"],
  ["a loop of sed's", "echo a | sed ':a; s/a/a/; ta'"],
  ["runaway expressions", `while :; do echo ${A}b | grep -qE '(a+)+$' 2>/dev/null; done`],
  ["endless output", "yes | cat | grep -v x | tr y z >/dev/null"],
])("while a pod is busy with %s, other pods get their turns", async (_, script) => {
  const { pod, run } = startPods();
  const stop = new AbortController();
  const busy = run(pod("busy"), ["sh", "-c", script], undefined, stop.signal);
  const other = pod("other");
  let turns = 0;
  for (; turns < 5; turns += 1) expect((await run(other, ["echo", "mine"])).out).toBe("mine\n");
  stop.abort();
  expect({ turns, exit: (await busy).exit }).toEqual({ turns: 5, exit: { code: 129 } });
});

test("what goes through a pipe is not kept", async () => {
  const { pod, run } = startPods();
  let most = 0;
  const watch = setInterval(() => (most = Math.max(most, process.memoryUsage().arrayBuffers)), 5);
  const before = process.memoryUsage().arrayBuffers;
  const { out } = await run(pod("one"), ["sh", "-c", "yes | head -c 200M | cat | wc -c"]);
  clearInterval(watch);
  expect(out).toBe("209715200\n");
  expect(most - before).toBeLessThan(150 * 1024 ** 2);
});
