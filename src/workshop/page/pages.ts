import { readFileSync } from "node:fs";
import path from "node:path";

/** What the host answers to a browser that asks for a page or a part of it. */
export interface Page {
  readonly type: string;
  /** Read from the installed package each time it is asked for: nobody waits for it who asks for none. */
  readonly text: string;
}

const TYPES = { css: "text/css", html: "text/html", js: "text/javascript" } as const;

/** The pages by their addresses; the parts of a page are below `/page/`. */
const FILES = [
  "announcements.js",
  "base.css",
  "board-key.js",
  "board.css",
  "board.js",
  "changes.js",
  "columns.js",
  "contract.js",
  "debrief-view.js",
  "dialogs.js",
  "dom.js",
  "grid-head.js",
  "grid-keys.js",
  "grid-rows.js",
  "grid.css",
  "grid.js",
  "host.js",
  "invitation.js",
  "join.css",
  "join.js",
  "order.js",
  "shortcuts.js",
  "side.js",
  "sse.js",
  "steps-view.js",
  "view.js",
  "words.js",
] as const;

/** Address → what is there: the learners' page, the instructor's, and their parts. */
export const PAGES: Readonly<Record<string, Page>> = {
  "/": page("join.html"),
  "/board": page("board.html"),
  ...Object.fromEntries(FILES.map((file) => [`/page/${file}`, page(file)])),
};

/** What goes with each page: it loads and asks for nothing but what this host has, and stands in nobody's frame. */
export const PAGE_HEADERS: Readonly<Record<string, string>> = {
  "content-security-policy":
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  "x-content-type-options": "nosniff",
  "referrer-policy": "no-referrer",
  "cache-control": "no-cache",
};

function page(file: string): Page {
  const type = `${TYPES[path.extname(file).slice(1) as keyof typeof TYPES]}; charset=utf-8`;
  return {
    type,
    get text() {
      return readFileSync(path.join(import.meta.dirname, "web", file), "utf8");
    },
  };
}
