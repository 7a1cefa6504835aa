import { describe, expect, test } from "vitest";
import { act, endText, leftOf, nonceOf, openSession } from "./bash.ts";

/** name, the hostile block, how it ends and what it prints, what `echo after` says then. `T` = a time limit of 0.3 s. */
const ALIVE = 'exited 0: "after\\n"';
const TABLE: readonly (readonly [string, string, string, string])[] = [
  ["exit 0", "exit 0", 'died 0: ""', 'died 0: ""'],
  ["exit 3", "exit 3", 'died 3: ""', 'died 3: ""'],
  ["exit in a function", "f() { exit 4; }; f", 'died 4: ""', 'died 4: ""'],
  ["killing the shell", "kill -9 $$", 'died SIGKILL: ""', 'died SIGKILL: ""'],
  ["killing the group", "kill 0", 'died SIGTERM: ""', 'died SIGTERM: ""'],
  ["exec of a program", "exec true", 'died 0: ""', 'died 0: ""'],
  ["errexit", "set -e\nfalse\necho no", 'exited 1 at 2 `false`: ""', ALIVE],
  ["errexit in a function", "set -e\nf() { false; echo no; }\nf\necho no", 'exited 1 at 3 `false`: ""', ALIVE],
  ["errexit and a pipe cut short", "set -e\nyes | head -1\necho on", 'exited 0: "y\\non\\n"', ALIVE],
  ["errexit at the end", "set -e; [ -f nope ] && echo no", 'exited 1: ""', ALIVE],
  ["xtrace", "set -x; false", 'exited 1 at 1 `false`: "++ false\\n"', 'exited 0: "++ echo after\\nafter\\n"'],
  ["verbose", "set -v", 'exited 0: ""', 'exited 0: "echo after\\nafter\\n"'],
  ["nounset", "set -u; echo ok", 'exited 0: "ok\\n"', ALIVE],
  ["noglob", "set -f", 'exited 0: ""', ALIVE],
  ["noexec T", "set -n\necho no", 'timeout, lost: ""', 'died SIGKILL: ""'],
  ["POSIX mode", "set -o posix", 'exited 0: ""', ALIVE],
  // Whether bash itself tells of a job that ends at once depends on which of the two is faster: not asserted.
  ["job control", "set -m; true & wait", 'exited 0: "', ALIVE],
  ["functrace and a DEBUG trap", "set -T; trap 'echo dbg' DEBUG", 'exited 0: ""', 'exited 0: "dbg\\nafter\\n"'],
  ["extdebug", "shopt -s extdebug", 'exited 0: ""', ALIVE],
  ["IFS", "IFS=0", 'exited 0: ""', ALIVE],
  ["a syntax error", "echo 'unclosed", "syntax error at 1 unexpected EOF while looking for matching `'': \"\"", ALIVE],
  ["a brace too many", "echo a\n}\necho b", 'syntax error at 2 syntax error near unexpected token `}\': ""', ALIVE],
  ["an escape", ":; } ; echo evil ; { :", 'syntax error at 1 syntax error near unexpected token `}\': ""', ALIVE],
  ["a stray fi", "echo a\nfi", 'syntax error at 2 syntax error near unexpected token `fi\': ""', ALIVE],
  ["an open if", "if true; then\necho", 'syntax error at 2 syntax error: unexpected end of the block: ""', ALIVE],
  [
    "an open here-document",
    "cat <<X\nhi",
    'syntax error at 1 here-document is not ended: no line `X` after it: ""',
    ALIVE,
  ],
  ["a backslash at the end", "echo a \\", 'exited 0: "a\\n"', ALIVE],
  ["a comment alone", "# nothing", 'exited 0: ""', ALIVE],
  ["a comment at the end", "echo a # b", 'exited 0: "a\\n"', ALIVE],
  ["break at top level", "break\necho no", 'exited 1 at 1 `break`: ""', ALIVE],
  [
    "break out of everything",
    "for i in 1; do break 99; done\necho no",
    'exited 1 at 1 `for i in 1; do break 99; done`: ""',
    ALIVE,
  ],
  ["continue at top level", "continue 2\necho no", 'exited 1 at 1 `continue 2`: ""', ALIVE],
  [
    "failure in nested loops",
    "for i in 1 2; do\nfor j in 1 2; do false; done; done\necho no",
    'exited 1 at 2 `false`: ""',
    ALIVE,
  ],
  ["stdout closed", "exec >&-", 'exited 0: ""', ALIVE],
  ["stdout to a file", "exec >file; echo hidden", 'exited 0: ""', ALIVE],
  ["both to one", "exec 2>&1; echo e >&2", 'exited 0: "e\\n"', ALIVE],
  ["descriptors closed", "exec 3>&- 4<&- 10>&- 11>&- 12>&-", 'exited 0: ""', ALIVE],
  ["control closed", "exec 231>&-", 'died 75: ""', 'died 75: ""'],
  ["reading stdin", "cat; echo end", 'exited 0: "end\\n"', ALIVE],
  ["a function named printf", "printf() { echo shadow; }; printf x", 'exited 0: "shadow\\n"', ALIVE],
  ["a function named eval", "eval() { echo shadow; }; eval x", 'exited 0: "shadow\\n"', ALIVE],
  ["a function named read", "read() { echo shadow; }; read x", 'exited 0: "shadow\\n"', ALIVE],
  ["a function named trap", "trap() { echo shadow; }; false", 'exited 1 at 1 `false`: ""', ALIVE],
  ["a function named command", "command() { echo shadow; }; command x", 'exited 0: "shadow\\n"', ALIVE],
  ["a function named echo", "echo() { printf 'shadow\\n'; }; echo x", 'exited 0: "shadow\\n"', 'exited 0: "shadow\\n"'],
  [
    "a function named builtin",
    "echo a\nbuiltin() { :; }\nfalse",
    "syntax error at 2 a function named `builtin`",
    ALIVE,
  ],
  ["builtin disabled", "enable -n builtin", "syntax error at 1 the session needs this builtin", ALIVE],
  ["an alias of builtin", "alias builtin=false eval=false trap=false", 'exited 0: ""', ALIVE],
  ["eval disabled", "enable -n eval printf read", "syntax error at 1 the session needs this builtin", ALIVE],
  ["everything readonly", "for v in $(compgen -v); do readonly $v; done 2>/dev/null", "died", "died"],
  ["PATH unset", "unset PATH", 'exited 0: ""', ALIVE],
  [
    "PATH empty",
    "PATH=; nosuch",
    'exited 127 at 1 `nosuch`: "bash: line 1: nosuch: No such file or directory\\n"',
    ALIVE,
  ],
  ["a locale that is not there", "LC_ALL=xx_XX 2>/dev/null; unset LC_ALL; LANG=C; echo ü", 'ü\\n"', ALIVE],
  ["a removed folder", "mkdir d; cd d; rmdir ../d", 'exited 0: ""', ALIVE],
  ["an ERR trap", "trap 'echo err $?' ERR\nfalse\necho no", 'exited 1 at 2 `false`: "err 1\\n"', ALIVE],
  ["an ERR trap by eval", "eval 'trap - ERR'\nfalse\necho no", 'exited 1 at 2 `false`: ""', ALIVE],
  ["an ERR trap in a sourced file", "echo 'trap - ERR' >x; . ./x\nfalse\necho no", 'exited 1 at 2 `false`: ""', ALIVE],
  ["an ERR trap by builtin", "builtin trap - ERR\nfalse\necho no", "syntax error at 1 `builtin` and `command` ", ALIVE],
  ["a name of the session's", "unset __li_on_err", "syntax error at 1 names that begin with `__li_`", ALIVE],
  ["an EXIT trap", "trap 'echo bye' EXIT", 'exited 0: ""', ALIVE],
  ["a RETURN trap", "set -T; trap 'echo ret' RETURN", 'exited 0: ""', ALIVE],
  ["traps listed", "trap 'echo x' INT; trap", "exited 0: \"trap -- 'echo x' SIGINT\\n\"", ALIVE],
  ["TERM ignored T", "trap '' TERM; sleep 3601", 'timeout: "', ALIVE],
  ["a time limit T", "sleep 3602 || echo go on; sleep 3603", 'timeout: ""', ALIVE],
  ["a busy loop T", "while :; do :; done", 'timeout: ""', ALIVE],
  ["a busy function T", "f() { while :; do :; done; }\nf\necho no", 'timeout: ""', ALIVE],
  ["another session T", "setsid sleep 3604 & setsid -w sleep 3605", 'timeout: ""', ALIVE],
  ["a background child", "sleep 3606 & echo started", 'exited 0: "started\\n"', ALIVE],
  ["a disowned child", "sleep 3607 & disown; setsid sleep 3608 >/dev/null 2>&1 &", 'exited 0: ""', ALIVE],
  // biome-ignore lint/suspicious/noTemplateCurlyInString: bash's own
  ["a coprocess", "coproc cat; echo hi >&${COPROC[1]}; read -r x <&${COPROC[0]}; echo $x", 'exited 0: "hi\\n"', ALIVE],
  ["few descriptors", "ulimit -n 20", 'exited 0: ""', ALIVE],
  [
    "a division by zero",
    "echo $((1/0))\necho no",
    'exited 1: "bash: line 1: 1/0: division by 0 (error token is \\"0\\")\\n"',
    ALIVE,
  ],
  ["a group that cannot be redirected", "{ echo hi; } >nope/x\necho no", "exited 1: ", ALIVE],
  ["a loop over a missing file", "while read -r a; do echo $a; done <nope\necho no", "exited 1: ", ALIVE],
  ["the same line by line", "shopt -s extglob\nwhile read -r a; do echo $a; done <nope\necho no", "exited 1: ", ALIVE],
  ["a list line by line", "shopt -s extglob; false && true\necho $?; false && true\necho on", '"1\\non\\n"', ALIVE],
  [
    "a pattern without a match",
    "shopt -s failglob\necho nope*\necho no",
    'exited 1: "bash: line 2: no match: nope*\\n"',
    ALIVE,
  ],
  ["a list that ends early", "echo a\nfalse && true", 'exited 1: "a\\n"', ALIVE],
  ["a readonly name", "readonly R=1\nR=2\necho no", 'exited 1: "bash: line 2: R: readonly variable\\n"', ALIVE],
  ["invalid bytes", "printf 'a\\0b\\377\\376c\\n'", 'exited 0: "a\\u0000b\ufffd\ufffdc\\n"', ALIVE],
  ["writing to /dev/stderr", "echo e >/dev/stderr; echo t | tee /dev/stderr", 'exited 0: "e\\nt\\nt\\n"', ALIVE],
];

describe("a hostile block", () => {
  test.each(TABLE)("%s", async (name, source, expected, after) => {
    const session = await openSession();
    const nonce = await nonceOf(session);
    expect(nonce).not.toBe("");
    expect(endText((await act(session, "echo before")).end)).toBe("exited 0");
    const hostile = await act(session, source, { timeoutMs: name.endsWith(" T") ? 300 : 20_000 });
    expect(`${endText(hostile.end)}: ${JSON.stringify(hostile.output.head)}`).toContain(expected);
    const next = await act(session, "echo after");
    expect(`${endText(next.end)}: ${JSON.stringify(next.output.head)}`).toContain(after);
    await session.close();
    expect(leftOf(session, nonce)).toEqual([]);
  });
});
