// Peak memory: of many steps, and of one step that prints far more than can be kept. Linux only.
import { writeFileSync } from "node:fs";
import path from "node:path";
import { cli, header, node, paired, peak, privateEnv, roundsOr, row, scratchFolder, time } from "./measure.mjs";
import { stepsOf, writeWork } from "./work.mjs";

if (process.platform !== "linux") {
  console.log("skipped: peaks are read from /proc, which only Linux has");
  process.exit();
}

const dir = scratchFolder();
const env = privateEnv(dir);
const one = writeWork(dir, "lesson", "one", stepsOf(1));
const many = writeWork(dir, "lesson", "many", stepsOf(5000));
const noisy = Object.fromEntries([200, 1000].map((megabytes) => [megabytes, writeNoisy(megabytes)]));

function writeNoisy(megabytes) {
  const command = `yes 'a line like any other' | head -c ${megabytes}000000`;
  const file = path.join(dir, `noisy-${megabytes}.md`);
  writeFileSync(file, `# Noisy\n\n\`\`\`bash\n${command}\n\`\`\`\n`);
  return { command, file };
}

const args = (file) => [cli, "test", "--target", "none", file];
const test = (file) => () => peak(node, args(file), { env });
const mib = await paired(
  {
    bare: () => peak(node, ["-e", "setTimeout(() => {}, 50)"], { env }),
    one: test(one),
    many: test(many),
    noisy: test(noisy[200].file),
    noisier: test(noisy[1000].file),
  },
  roundsOr(3),
);
const ms = await paired(
  {
    noisy: () => time(node, args(noisy[200].file), { env }),
    count: () => time("bash", ["-c", `${noisy[200].command} | wc -c`], { env }),
  },
  roundsOr(3),
);
const bare = `bare node ${mib.bare.toFixed(0)} MiB`;
header();
row("peak memory at N = 5,000", mib.many / mib.bare, 2.5, "× bare node", `${mib.many.toFixed(0)} MiB, ${bare}`);
const over = `over a one-step lesson's ${mib.one.toFixed(0)} MiB`;
row("a step that prints 200 MB: memory", mib.noisy - mib.one, 30, "MiB more", over);
row("a step that prints 200 MB: time", ms.noisy / ms.count, 8, "× `CMD | wc -c`", `${ms.noisy.toFixed(0)} ms`);
row("a step that prints 1 GB: memory", mib.noisier - mib.one, 30, "MiB more", over);
