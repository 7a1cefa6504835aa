import { describe, expect, test } from "vitest";
import { scanShell } from "../../src/lesson/shell-syntax.ts";

const complete = [
  "echo hi",
  "echo 'a b'",
  'echo "a $(echo "b") c"',
  "echo a \\\n  b",
  "cat <<EOF\n$ x\nEOF",
  "cat <<-'EOF'\n\tx\n\tEOF",
  "cat <<A <<B\n1\nA\n2\nB",
  "grep x <<< 'a'",
  "if true; then\n  echo\nfi",
  "for i in 1 2; do echo $i; done | sort",
  "for ((i = 0; i < 3; i++)); do echo; done",
  "while read -r x; do echo $x; done < file",
  "case $x in\n  a) echo 1 ;;\n  *) echo 2 ;;\nesac",
  "f() {\n  echo\n}",
  "( cd /tmp && ls )",
  "echo $((1 << 2))",
  `echo \${x:-$(date)} $# if then`,
  "echo `date`",
  "[ $# -eq 0 ] && echo none",
  "echo a # it's fine",
  "kubectl get pods -o jsonpath={.items[0]}",
  "sleep 1 &",
  "echo $'it\\'s'",
  "awk '{ print $1 }'",
];

const incomplete = [
  "echo 'a",
  'echo "a',
  "echo a \\",
  "cat <<EOF\nx",
  "cat <<EOF",
  "if true; then",
  "for i in 1 2; do",
  "while true",
  "case $x in",
  "f() {",
  "( cd /tmp",
  "echo $(date",
  "echo ${x",
  "a |",
  "a &&",
  "a || # why",
  "echo `date",
];

describe("where a command ends", () => {
  test.each(complete)("complete: %j", (text) => {
    expect(scanShell(text).completeAt).toBe(text.length);
  });
  test.each(incomplete)("goes on: %j", (text) => {
    expect(scanShell(text).completeAt).toBeUndefined();
  });
  test("at the first line end with nothing open", () => {
    expect(scanShell("a\nb").completeAt).toBe(1);
    expect(scanShell("a \\\nb\nc").completeAt).toBe(5);
  });
});

test("tells code from quotes, comments and here-documents", () => {
  const text = "a 'b' \"c $(d)\" # e\ncat <<X\nf\nX";
  const { kindAt } = scanShell(text);
  const kinds = [..."abcdef"].map((letter) => kindAt(letter === "c" ? text.indexOf('"c') + 1 : text.indexOf(letter)));
  expect(kinds).toEqual(["code", "quoted", "quoted", "code", "comment", "heredoc"]);
});
