import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { PAGES } from "../../../src/workshop/page/pages.ts";
import { ask, openClass, scratch } from "../../support/classes.ts";

const WEB = path.resolve(import.meta.dirname, "../../../src/workshop/page/web");

test("every part of a page is served, and every part that a page names is there", () => {
  const files = readdirSync(WEB).map((file) => (file.endsWith(".html") ? file : `/page/${file}`));
  const pages = { "join.html": "/", "board.html": "/board" };
  expect(Object.keys(PAGES).sort()).toEqual(files.map((file) => pages[file as keyof typeof pages] ?? file).sort());
  for (const file of readdirSync(WEB)) {
    const text = readFileSync(path.join(WEB, file), "utf8");
    const named = [...text.matchAll(/(?:href|src)="(\/[^"]*)"|^import .* from "\.(\/[^"]*)";/gm)];
    for (const [, whole, part] of named) expect(Object.keys(PAGES)).toContain(whole ?? `/page${part}`);
    expect(text).not.toMatch(/innerHTML|outerHTML|insertAdjacentHTML|document\.write|\bon\w+="|style="|eval\(/);
  }
});

test("a class serves its pages, with a policy that lets them load and ask nothing elsewhere", async () => {
  const { url } = await openClass(scratch());
  for (const [address, { type, text }] of Object.entries(PAGES)) {
    const answer = await ask(`${url}${address}`, "GET");
    expect([answer.status, answer.headers["content-type"], answer.body]).toEqual([200, type, text]);
    expect(answer.headers["content-security-policy"]).toContain("default-src 'none'; script-src 'self'");
  }
  const wrong = [await ask(`${url}/page/../server.ts`, "GET"), await ask(`${url}/board`, "POST")];
  expect(wrong.map(({ status }) => status)).toEqual([404, 404]);
});
