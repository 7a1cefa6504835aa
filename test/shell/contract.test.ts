import { describe, expect, test } from "vitest";
import { ScriptedSession } from "../../src/shell/scripted-session.ts";
import type { BlockEnd, Session } from "../../src/shell/session.ts";
import { act, openSession } from "./bash.ts";

const DIED: BlockEnd = { kind: "session-died", status: 3, signal: undefined };
const makers: Readonly<Record<string, () => Promise<Session>>> = {
  BashSession: () => openSession(),
  ScriptedSession: async () =>
    new ScriptedSession(
      {
        "echo hi": { output: "hi\n" },
        "false\necho no": {
          status: 1,
          end: { kind: "exited", status: 1, failedAt: { line: 1, command: "false", status: 1 } },
        },
        "x=1; cd /": { cwd: "/" },
        "exit 3": { end: DIED },
      },
      { variables: { x: "1" } },
    ),
};

describe.each(Object.keys(makers))("%s", (name) => {
  const make = makers[name] ?? (() => Promise.reject(new Error(name)));

  test("gives status, output and folder, and tells the output as it comes", async () => {
    const session = await make();
    const told: string[] = [];
    const result = await act(session, "echo hi", { onOutput: (text) => told.push(text) });
    expect(result.end).toEqual({ kind: "exited", status: 0, failedAt: undefined });
    expect(result.output).toEqual({ head: "hi\n", tail: "", elidedBytes: 0, totalBytes: 3, spillPath: undefined });
    expect(told.join("")).toBe("hi\n");
    expect(result.cwd).toMatch(/^\//);
  });

  test("names the first failed command", async () => {
    const { end } = await act(await make(), "false\necho no");
    expect(end).toEqual({ kind: "exited", status: 1, failedAt: { line: 1, command: "false", status: 1 } });
  });

  test("knows variables and the folder", async () => {
    const session = await make();
    expect((await act(session, "x=1; cd /")).cwd).toBe("/");
    expect([...(await session.variables(["x", "nope"]))]).toEqual([["x", "1"]]);
  });

  test("is interrupted before it begins", async () => {
    const { end } = await act(await make(), "echo hi", { signal: AbortSignal.abort() });
    expect(end).toEqual({ kind: "interrupted", sessionLost: false });
  });

  test("dies once and stays dead", async () => {
    const session = await make();
    expect((await act(session, "exit 3")).end).toEqual(DIED);
    expect(session.alive).toBe(false);
    expect((await act(session, "echo hi")).end.kind).toBe("session-died");
    await session.close();
    await session.close();
  });
});
