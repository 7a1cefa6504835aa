import {
  appendFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { UsageError } from "../../diagnostics/index.ts";
import { createReporter, type Problem, type Reporter } from "../../report/index.ts";
import { addToSummary, EMPTY_SUMMARY, type RunEvent, type RunSummary } from "../../run/index.ts";
import type { Target } from "../../target/index.ts";
import type { Io } from "../io.ts";
import { VERSION } from "../version.ts";
import { ask } from "./ask.ts";
import { clusterParts } from "./cluster.ts";
import { HOW_TO, howToText, isHowTo } from "./how-to.ts";
import { environmentText, isSecretName, MASK, Masker } from "./mask.ts";

/** Of one output, and how many failures the cluster is asked about: a bundle is sent by mail. */
const MOST_OUTPUT = 16 * 1024 * 1024;
const MOST_CLUSTERS = 5;
const VERSIONS: readonly (readonly [string, readonly [string, ...string[]]])[] = [
  ["bash", ["bash", "--version"]],
  ["kubectl", ["kubectl", "version", "--request-timeout=4s"]],
  ["helm", ["helm", "version", "--short"]],
  ["curl", ["curl", "--version"]],
];

export interface BundleOptions {
  /** As the user named it. */
  readonly folder: string;
  readonly argv: readonly string[];
  readonly vars: readonly string[];
  readonly sourceOf: (file: string) => string | undefined;
}

/**
 * All that somebody else needs to understand a failing run, in one folder. It grows in a private place while the run goes
 * on; at the end it is masked and put where it belongs, or, when nothing failed, thrown away.
 */
export class Bundle {
  readonly #io: Io;
  readonly #options: BundleOptions;
  readonly #to: string;
  readonly #draft: string;
  readonly #masker = new Masker();
  readonly #reporters: readonly { readonly file: string; readonly reporter: Reporter }[];
  readonly #paths = new Map<string, string>();
  readonly #clusters: string[] = [];
  #summary: RunSummary = EMPTY_SUMMARY;
  #commands = 0;
  /** The latest command of each lesson: lessons may run side by side. */
  readonly #latest = new Map<string, { readonly file: string; bytes: number }>();
  #versions: Record<string, string> = {
    "learn-istio": VERSION,
    node: process.version,
    os: `${process.platform} ${process.arch}`,
  };
  #hasEnvironment = false;
  readonly #drop = (): void => rmSync(this.#draft, { recursive: true, force: true });

  /** Errors: something else than an earlier bundle stands there. */
  constructor(io: Io, options: BundleOptions) {
    this.#io = io;
    this.#options = options;
    this.#to = path.resolve(io.cwd, options.folder);
    refuseForeign(this.#to, options.folder, io.cwd);
    this.#draft = mkdtempSync(path.join(tmpdir(), "learn-istio-bundle-"));
    process.on("exit", this.#drop);
    this.#masker.addEnvironment(io.env);
    for (const [name = "", ...value] of options.vars.map((one) => one.split("=")))
      if (isSecretName(name)) this.#masker.add(value.join("="));
    const look = { colour: false, width: 100, alone: true, sourceOf: options.sourceOf };
    this.#reporters = [
      { file: "report.txt", reporter: createReporter("pretty", look) },
      { file: "run.jsonl", reporter: createReporter("json", look) },
    ];
  }

  accept(event: RunEvent): void {
    this.#summary = addToSummary(this.#summary, event);
    if (event.type === "output") {
      this.#output(event.lesson, event.text);
      return;
    }
    for (const { file, reporter } of this.#reporters) this.#append(file, reporter.accept(event));
    if (event.type === "lesson-start") this.#lesson(event.lesson, event.path);
    else if (event.type === "command-start") this.#begin(event);
    // What runs in the background prints no events: what it had printed when it was ready, or ended.
    else if (event.type === "command-end" && this.#latest.get(event.lesson)?.bytes === 0)
      this.#output(event.lesson, event.output);
    else if (event.type === "background-end")
      this.#append(`commands/background-${plain(event.name)}.output.txt`, event.output);
  }

  /** A step failed: look at its surroundings now, before anything is cleaned up. */
  async collect(target: Target, env: Readonly<Record<string, string>>, where: string): Promise<void> {
    const about = { env: { ...target.env }, cwd: target.workspace };
    if (!this.#hasEnvironment) {
      this.#hasEnvironment = true;
      this.#masker.addEnvironment(env);
      this.#append("environment.txt", environmentText({ ...env }));
      for (const [name, argv] of VERSIONS) {
        const answer = await ask(argv, { ...about, timeoutMs: 5000 });
        if (answer.ok) this.#versions[name] = oneLine(answer.stdout, name);
      }
    }
    if (target.name === "none" || this.#clusters.length >= MOST_CLUSTERS) return;
    this.#clusters.push(where);
    for (const { name, text } of await clusterParts(about, this.#masker))
      this.#append(`cluster/${plain(where)}/${name}`, text);
  }

  /** Put the bundle in its place; undefined, and nothing is there, when nothing failed. */
  async finish(failed: boolean, problem: Problem | undefined): Promise<string | undefined> {
    try {
      // An earlier one would be taken for this run's.
      rmSync(this.#to, { recursive: true, force: true });
      if (!failed) return undefined;
      for (const { file, reporter } of this.#reporters) this.#append(file, reporter.end(problem));
      this.#append("versions.json", `${JSON.stringify(this.#versions, null, 2)}\n`);
      this.#append(HOW_TO, await this.#howTo(problem));
      for (const file of filesIn(this.#draft)) writeFileSync(file, this.#masker.mask(readFileSync(file, "utf8")));
      cpSync(this.#draft, this.#to, { recursive: true });
      return this.#options.folder;
    } finally {
      process.off("exit", this.#drop);
      this.#drop();
    }
  }

  #lesson(lesson: string, file: string): void {
    this.#paths.set(lesson, file);
    const text = this.#options.sourceOf(file);
    const inside = path.relative(this.#io.cwd, path.resolve(this.#io.cwd, file));
    const name = `documents/${inside.startsWith("..") || path.isAbsolute(inside) ? path.basename(file) : inside}`;
    if (text !== undefined && !existsSync(path.join(this.#draft, name))) this.#append(name, text);
  }

  #begin({ lesson, step, source, file }: RunEvent & { readonly type: "command-start" }): void {
    this.#commands += 1;
    const name = `commands/${String(this.#commands).padStart(3, "0")}-${plain(lesson)}-${plain(step)}`;
    this.#append(file === undefined ? `${name}.sh` : `${name}.file`, source.endsWith("\n") ? source : `${source}\n`);
    this.#latest.set(lesson, { file: `${name}.output.txt`, bytes: 0 });
  }

  #output(lesson: string, text: string): void {
    const command = this.#latest.get(lesson);
    if (command === undefined || command.bytes > MOST_OUTPUT) return;
    command.bytes += text.length;
    const isTooMuch = command.bytes > MOST_OUTPUT;
    this.#append(command.file, isTooMuch ? `\n(more than ${MOST_OUTPUT} characters: the rest is not here)\n` : text);
  }

  async #howTo(problem: Problem | undefined): Promise<string> {
    const env = Object.fromEntries(Object.entries(this.#io.env).flatMap(([k, v]) => (v === undefined ? [] : [[k, v]])));
    const git = await ask(["git", "rev-parse", "HEAD"], { env, cwd: this.#io.cwd, timeoutMs: 5000 });
    return howToText({
      argv: this.#options.argv.map(maskVariable),
      cwd: this.#io.cwd,
      commit: git.ok ? git.stdout.trim() : undefined,
      versions: this.#versions,
      summary: this.#summary,
      paths: this.#paths,
      problem: problem?.message,
      clusters: this.#clusters,
    });
  }

  #append(name: string, text: string): void {
    if (text === "") return;
    const file = path.join(this.#draft, name);
    mkdirSync(path.dirname(file), { recursive: true });
    appendFileSync(file, text);
  }
}

/** Nothing of the user's own is ever replaced. */
function refuseForeign(folder: string, named: string, cwd: string): void {
  const found = statSync(folder, { throwIfNoEntry: false });
  if (found === undefined) return;
  const hint = "Name a folder that does not exist yet.";
  if (folder === path.resolve(cwd)) throw new UsageError(`\`--bundle ${named}\` is the working directory.`, hint);
  if (!found.isDirectory()) throw new UsageError(`\`--bundle ${named}\`: a file stands there.`, hint);
  if (readdirSync(folder).length === 0) return;
  const howTo = path.join(folder, HOW_TO);
  if (existsSync(howTo) && isHowTo(readFileSync(howTo, "utf8"))) return;
  throw new UsageError(`\`--bundle ${named}\`: the folder holds something else than an earlier bundle.`, hint);
}

function filesIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name));
}

/** A part of a file's name, for any system that unpacks it. */
function plain(name: string): string {
  return name.replaceAll(/[^\w.-]+/g, "-").slice(0, 60);
}

/** `TOKEN=x`, as `--var` takes it; one that is too short to be looked for in texts too. */
function maskVariable(word: string): string {
  const [, before = "", name = ""] = /^((?:--var=)?)(\w+)=/.exec(word) ?? [];
  return name !== "" && isSecretName(name) ? `${before}${name}=${MASK}` : word;
}

function oneLine(text: string, program: string): string {
  const lines = text.trim().split("\n");
  return program === "kubectl" ? lines.join(", ") : (lines[0] ?? "");
}
