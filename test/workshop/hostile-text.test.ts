import { once } from "node:events";
import { appendFileSync, mkdirSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import path from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { hostRoom } from "../support/host-room.ts";
import { lessonText } from "../support/lesson-text.ts";
import { memberOf } from "../support/members.ts";
import { openCliRoom } from "../support/run-cli.ts";

/** Whatever a terminal obeys or hides, but line breaks: control characters, directions, what has no width, halves of pairs. */
const UNSEEN =
  /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u00ad\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff]|\p{Cs}/u;

/** What somebody would like a name or a text to do. */
const TEXTS = {
  html: "<script>alert(1)</script><img src=x onerror=alert(2)>",
  override: "lesson\u202e10-nossel",
  isolate: "\u2066one\u2069",
  unseen: "o\u200bn\ufeffe",
  separator: "one\u2028two",
  emoji: "👩🏽‍💻 at work",
  half: "o\ud800ne",
};
const CONTROLS = {
  colour: "\u001b[31mone",
  link: "\u001b]8;;http://evil.example\u0007one\u001b]8;;\u0007",
  clipboard: "\u001b]52;c;cm0gLXJm\u0007",
  title: "\u001b]0;owned\u0007",
  short: "\u009b2J",
  nul: "o\u0000ne",
  lines: "one\r\n[passed] two",
};

test("ids and texts with hidden signs are shown, as text, by the board and on the instructor's terminal", async () => {
  const room = await hostRoom();
  const ana = await memberOf(room, 1, "<b>ana</b> 👩🏽‍💻");
  for (const text of Object.values(TEXTS)) {
    const place = { at: 1000, lesson: text, step: text };
    const check = { type: "check-end", ...place, check: text, verdict: "wrong" };
    const end = { type: "step-end", ...place, verdict: "check-failed", check: text, ms: 5 };
    expect((await ana.tell({ type: "open", ...place }, check, check, check, end)).status).toBe(200);
    const [row] = await room.rows();
    expect(row?.handle).toBe("<b>ana</b> 👩🏽‍💻");
    expect((await room.act({ type: "announce", text })).status).toBe(200);
  }
  for (const text of Object.values(CONTROLS)) {
    const event = { type: "hint", at: 1000, lesson: "lesson-01", step: text, tier: 1 };
    expect((await ana.post("/v1/events", { v: 1, from: 99, sent: 1000, events: [event] })).status).toBe(400);
    expect((await room.act({ type: "announce", text })).status).toBe(400);
    expect((await room.act({ type: "nudge", learner: 1, text })).status).toBe(400);
  }
  expect((await room.act({ type: "announce", text: "x".repeat(10_240) })).status).toBe(400);
  expect((await ana.get(`/v1/${encodeURIComponent("\u001b[2J\u202e")}`)).status).toBe(404);
  const said = await room.end();
  expect(said).toContain("<script>alert(1)</script>");
  expect(said).not.toMatch(UNSEEN);
});

test("what a hostile host says is text on the learner's screen", async () => {
  const cli = openCliRoom({ "lessons/lesson-01-a.md": lessonText("A"), "lessons/course.yaml": "id: course\n" });
  onTestFinished(cli.remove);
  let reply: { readonly status: number; readonly body: unknown } = { status: 200, body: {} };
  const host = createServer((_request, response) => {
    response.writeHead(reply.status, { "content-type": "application/json" });
    response.end(JSON.stringify(reply.body));
  });
  onTestFinished(() => void host.close());
  await once(host.listen(0, "127.0.0.1"), "listening");
  const invitation = `http://127.0.0.1:${(host.address() as AddressInfo).port}/#ABCD-EFGH`;
  const about = { class: "c", title: "t", handle: "h", next: 1, notice: 0 };
  for (const text of [...Object.values(TEXTS), ...Object.values(CONTROLS)]) {
    for (const asked of [
      { status: 403, body: { message: text } },
      { status: 200, body: { ...about, title: text } },
      { status: 200, body: { ...about, handle: text } },
      { status: 200, body: { [text]: 1 } },
    ]) {
      reply = asked;
      const { stdout, stderr, code } = await cli.run(["class", "join", invitation]);
      expect(stdout + stderr).not.toMatch(UNSEEN);
      expect(code).not.toBe(70);
      if (code === 0) {
        const left = [await cli.run(["class", "log"]), await cli.run(["class", "leave"])];
        for (const one of left) expect(one.stdout + one.stderr).not.toMatch(UNSEEN);
      }
    }
  }
});

test("what somebody else wrote into the queue is text in the log", async () => {
  const cli = openCliRoom({ "lessons/lesson-01-a.md": lessonText("A"), "lessons/course.yaml": "id: course\n" });
  onTestFinished(cli.remove);
  const folder = path.join(cli.env.XDG_STATE_HOME ?? "", "learn-istio/course/class");
  mkdirSync(folder, { recursive: true });
  const lines = [...Object.values(TEXTS), ...Object.values(CONTROLS)].map((text) =>
    JSON.stringify({ type: "check-end", at: 1, lesson: text, step: text, check: text, verdict: "wrong" }),
  );
  appendFileSync(path.join(folder, "events.jsonl"), `${lines.join("\n")}\nnoise \u001b[2J\n`);
  const { stdout, stderr, code } = await cli.run(["class", "log"]);
  expect([stdout.split("\n").length - 1, code]).toEqual([lines.length + 1, 0]);
  expect(stdout + stderr).not.toMatch(UNSEEN);
  const json = await cli.run(["class", "log", "--json"]);
  expect(json.stdout).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f]/);
});
