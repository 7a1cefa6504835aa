// Lessons are parsed once: what a parse costs, what it costs when it was kept, and that `list` does without.
import { mkdirSync, mkdtempSync, statSync } from "node:fs";
import path from "node:path";
import { cli, header, node, paired, privateEnv, roundsOr, row, scratchFolder, time } from "./measure.mjs";
import { stepsOf, writeCourse, writeWork } from "./work.mjs";

const dir = scratchFolder();
const env = privateEnv(dir);
const small = courseOf("small", 1);
const big = courseOf("big", 300);
const one = writeWork(dir, "lesson", "one", stepsOf(1));
const lesson = writeWork(dir, "lesson", "many", stepsOf(1000));

function courseOf(name, steps) {
  const folder = path.join(dir, name);
  mkdirSync(folder);
  writeCourse(folder, 10, steps);
  return folder;
}

const call = (given, ...args) => time(node, [cli, ...args], { env: given });
const fresh = () => ({ ...env, XDG_CACHE_HOME: mkdtempSync(path.join(dir, "cache-")) });
const ms = await paired(
  {
    nothing: () => call(env, "lint", one),
    cold: () => call(fresh(), "lint", lesson),
    warm: () => call(env, "lint", lesson),
    listSmall: () => call(fresh(), "list", "--lessons", small),
    listBig: () => call(fresh(), "list", "--lessons", big),
  },
  roundsOr(7),
);
const kilobytes = statSync(lesson).size / 1024;
const parse = ms.cold - ms.nothing;
header();
row(
  "a lesson of 1,000 steps, parsed",
  parse / kilobytes,
  4,
  "ms a KiB",
  `${kilobytes.toFixed(0)} KiB, ${parse.toFixed(0)} ms`,
);
row("the same, kept", (ms.warm - ms.nothing) / parse, 0.1, "× parsing", `${(ms.warm - ms.nothing).toFixed(0)} ms`);
row(
  "`list` of 10 lessons of 300 steps, nothing kept",
  ms.listBig / ms.listSmall,
  1.2,
  "× of 1 step",
  "front matter alone",
);
