import { describe, expect, test } from "vitest";
import type { LogOptions } from "../../../src/sandbox/api/index.ts";
import { startPods } from "./container.ts";

test.each([
  ["echo one; echo two >&2; exit 3", "one\n", "two\n", 3],
  ["for i in 1 2 3; do echo -n $i; done", "123", "", 0],
  ["i=0; while [ $i -lt 3 ]; do i=$((i+1)); done; echo $i", "3\n", "", 0],
  ["if false; then echo a; elif true; then echo b; else echo c; fi", "b\n", "", 0],
  ["case abc in a*) echo yes;; *) echo no;; esac", "yes\n", "", 0],
  ['x="a b"; printf "%s|" $x "$x"', "a|b|a b|", "", 0],
  // biome-ignore lint/suspicious/noTemplateCurlyInString: a shell expands it
  ["echo ${a:-none} ${#PATH} | cut -c1-4", "none\n", "", 0],
  // biome-ignore lint/suspicious/noTemplateCurlyInString: a shell expands it
  ["f=a.tar.gz; echo ${f%.gz} ${f%%.*} ${f#*.} ${f##*.}", "a.tar a tar.gz gz\n", "", 0],
  ["f() { echo $1 $#; return 4; }; f x y; echo $?", "x 2\n4\n", "", 0],
  ["f() { f; }; f", "", "sh: maximum recursion depth exceeded\n", 2],
  ["cat <<EOF\na $((1+1))\nEOF\ncat <<'EOF'\n$b\nEOF", "a 2\n$b\n", "", 0],
  ["echo $(echo a; echo b) `echo c`", "a b c\n", "", 0],
  ["(cd /tmp; pwd); pwd", "/tmp\n/\n", "", 0],
  ["false || echo or; true && echo and; ! true; echo $?", "or\nand\n1\n", "", 0],
  ["echo a > /tmp/x; echo b >> /tmp/x; cat < /tmp/x; cat /tmp/x | wc -l", "a\nb\n2\n", "", 0],
  ["set -e; false; echo never", "", "", 1],
  ["set -e; if false; then :; fi; false || true; echo on", "on\n", "", 0],
  ["false | true; echo $?; set -o pipefail; false | true; echo $?", "0\n1\n", "", 0],
  ["nosuch; echo $?", "127\n", "sh: nosuch: not found\n", 0],
  ["cat /none; echo $?", "1\n", "cat: can't open '/none': No such file or directory\n", 0],
  ["echo 'a", "", "sh: syntax error: unterminated quoted string\n", 2],
  ["for i in 1; do echo", "", 'sh: syntax error: unexpected end of file (expecting "done")\n', 2],
  ["set -- a 'b c'; for x in \"$@\"; do echo [$x]; done; shift; echo $1", "[a]\n[b c]\nb c\n", "", 0],
  ["touch /tmp/a1 /tmp/a2; cd /tmp; echo a*; echo 'a*'; echo z*", "a1 a2\na*\nz*\n", "", 0],
  ["yes | head -2", "y\ny\n", "", 0],
  ["echo 'k: v' | sed 's/k: \\(.*\\)/<\\1>/'; echo a1b2 | grep -o '[0-9]'", "<v>\n1\n2\n", "", 0],
  ["printf '3\\n1\\n2\\n1\\n' | sort -n | uniq -c", "      2 1\n      1 2\n      1 3\n", "", 0],
  ["echo a b c | xargs -n1 echo -; echo x | tr a-z A-Z", "- a\n- b\n- c\nX\n", "", 0],
  ["A=1 env | grep ^A=; export B=2; printenv B; echo $A.", "A=1\n2\n.\n", "", 0],
  ["test -d /tmp -a ! -e /no && [ 2 -gt 1 ] && echo ok", "ok\n", "", 0],
  ["while read a b; do echo $b-$a; done", "2-1\n4-3\n", "", 0, "1 2\n3 4\n"],
  ["timeout 0.05 sleep 100; echo $?", "143\n", "", 0],
  ["sleep 0.01 & wait; echo done", "done\n", "", 0],
  ["date -d @0 +%FT%T; basename /a/b.c .c; dirname /a/b", "1970-01-01T00:00:00\nb\n/a\n", "", 0],
  ["seq 3 | while read n; do echo $((n*n)); done | tail -1", "9\n", "", 0],
  [
    "i=0; while [ $i -lt 300 ]; do sleep 9 & i=$((i+1)); done; echo never",
    "",
    "sh: can't fork: Resource temporarily unavailable\n",
    2,
  ],
  ["f() { f | f & }; f; wait; echo over", "over\n", undefined, 0],
  ["sleep 9 & pkill sleep; wait $!; echo $?; pgrep sleep; echo $?", "143\n1\n", "", 0],
  ["trap 'echo caught; exit 3' TERM; sleep 9 & kill -TERM $$; wait $!; echo never", "caught\n", "", 3],
  ["kill -TERM $$; echo never", "", "", 143],
  ["arr=(a b)", "", 'sh: syntax error: unexpected "("\n', 2],
  ["tar cf - /etc/hostname | tar tf -", "etc/hostname\n", "", 0],
])("sh -c %j", async (script, out, err, code, input?: string) => {
  const { pod, run } = startPods();
  const ran = await run(pod("one"), ["sh", "-c", script], input);
  expect(ran).toEqual({ out, err: err ?? expect.stringContaining("can't fork"), exit: { code } });
});

test.each([
  ["while :; do :; done"],
  ["yes > /dev/null"],
  ["cat /dev/zero > /dev/null"],
  ["echo aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab > /tmp/a; while :; do grep -E '(a+)+$' /tmp/a; done"],
])("%s blocks nobody, and ends when it is told to", async (script) => {
  const { pod, run } = startPods();
  const stop = new AbortController();
  const running = run(pod("one"), ["sh", "-c", script], undefined, stop.signal);
  // A turn of the event loop that comes at all is the proof.
  for (let turn = 0; turn < 3; turn += 1) await new Promise((resolve) => setTimeout(resolve, 5));
  stop.abort();
  expect((await running).exit).toEqual({ code: 129 });
});

test.each([
  ["groups", `${"{ ".repeat(3000)}:;${" }".repeat(3000)}`],
  ["conditions", `${"if ".repeat(3000)}:`],
  ["expansions", `echo ${"${a:-".repeat(3000)}x${"}".repeat(3000)}`],
  ["quoted expansions", `echo ${'"${a:-'.repeat(3000)}x${'}"'.repeat(3000)}`],
])("%s that stand too deep in each other are an error", async (_, script) => {
  const { pod, run } = startPods();
  const { err, exit } = await run(pod("one"), ["sh", "-c", script]);
  expect({ err, exit }).toEqual({ err: "sh: syntax error: nested too deeply\n", exit: { code: 2 } });
});

describe("a container's first process", () => {
  const first = (command: string) => ({ container: { image: "busybox:1.36", command: ["sh", "-c", command] } });

  test("does not hear what it has no answer to", async () => {
    const { pod, run } = startPods();
    const one = pod("one", first("exec sleep 1000"));
    const { out } = await run(one, [
      "sh",
      "-c",
      "until pgrep sleep >/dev/null; do true; done; kill 1; kill -9 1; echo $?; pgrep sleep",
    ]);
    expect(out).toBe("0\n1\n");
  });

  test("runs its trap when the pod is deleted", async () => {
    const { pod, store, workloads } = startPods();
    const one = pod("one", first("trap 'echo bye; exit 0' TERM; echo hi; while :; do sleep 0.01; done"));
    const lines = workloads
      .logs(one, "app", { follow: true, signal: new AbortController().signal } as LogOptions)
      [Symbol.asyncIterator]();
    expect((await lines.next()).value).toContain("hi");
    const { metadata } = one;
    store.update("/pods", { ...one, metadata: { ...metadata, deletionTimestamp: "2026-01-01T00:00:30Z" } });
    expect((await lines.next()).value).toContain("bye");
  });
});

test("a pattern with many stars is soon matched", async () => {
  const { pod, run } = startPods();
  const script = `case ${"a".repeat(5000)} in ${"*a".repeat(200)}b) echo yes;; *) echo no;; esac`;
  expect((await run(pod("one"), ["sh", "-c", script])).out).toBe("no\n");
});

test("what fills the disk is refused, and the rest goes on", async () => {
  const { pod, run } = startPods();
  const { err, exit } = await run(pod("one"), ["sh", "-c", "head -c 200000000 /dev/zero > /tmp/big; echo $? >&2"]);
  expect(exit).toEqual({ code: 0 });
  expect(err).toBe("head: can't open '/dev/zero': No space left on device\n1\n");
});

describe("a command that cannot be run", () => {
  test.each([
    ["nosuch", 'exec: "nosuch": executable file not found in $PATH'],
    ["/bin/nosuch", 'exec: "/bin/nosuch": stat /bin/nosuch: no such file or directory'],
    ["/etc/passwd", 'exec: "/etc/passwd": permission denied'],
  ])("%s", async (command, words) => {
    const { pod, run } = startPods();
    const { exit } = await run(pod("one"), [command]);
    expect("failure" in exit && exit.failure.endsWith(`${words}: unknown`)).toBe(true);
  });

  test("an image without a shell has none", async () => {
    const { pod, run } = startPods();
    const bin = pod("bin", { container: { image: "mccutchen/go-httpbin:2.18" } });
    const { exit } = await run(bin, ["sh"]);
    expect(exit).toHaveProperty("failure", expect.stringContaining('exec: "sh": executable file not found in $PATH'));
  });
});
