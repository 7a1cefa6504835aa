// Start-up of the CLI against bare Node.
import { mkdirSync } from "node:fs";
import path from "node:path";
import { cli, header, node, paired, privateEnv, roundsOr, row, scratchFolder, time } from "./measure.mjs";
import { stepsOf, writeCourse, writeWork } from "./work.mjs";

const dir = scratchFolder();
const env = privateEnv(dir);
const course = path.join(dir, "lessons");
mkdirSync(course);
writeCourse(course, 10, 10);
const one = writeWork(dir, "lesson", "one", stepsOf(1));
const call = (...args) => time(node, [cli, ...args], { env });

const ms = await paired(
  {
    bare: () => time(node, ["-e", "0"], { env }),
    version: () => call("--version"),
    help: () => call("--help"),
    list: () => call("list", "--lessons", course),
    status: () => call("status", "--lessons", course),
    one: () => call("test", "--target", "none", one),
  },
  roundsOr(21),
);
const note = `bare node ${ms.bare.toFixed(0)} ms`;
header();
row("`--version`", ms.version / ms.bare, 1.5, "× bare node", note);
row("`--help`", ms.help / ms.bare, 1.5, "× bare node", note);
row("`list`, 10 lessons", ms.list / ms.bare, 2, "× bare node", note);
row("`status`, 10 lessons", ms.status / ms.bare, 2, "× bare node", note);
row("`test` of a one-step lesson", ms.one / ms.bare, 2.5, "× bare node", note);
