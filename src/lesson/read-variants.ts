import { isMap, isScalar, isSeq, type Node, parseDocument, type YAMLMap } from "yaml";
import type { Diagnostic } from "../diagnostics/index.ts";
import { parseDuration, suggest } from "../text/index.ts";
import { createFindings, type Findings, sortFindings } from "./findings.ts";
import type { Lesson } from "./lesson.ts";
import { createSource, type Range, type Source } from "./source.ts";
import { countIn, FAILING_VERDICTS, type FailingVerdict, type LessonVariant } from "./variants.ts";

/** What a file of mutants gave. */
export interface ParsedVariants {
  readonly variants: readonly LessonVariant[];
  readonly diagnostics: readonly Diagnostic[];
}

const LISTS = { mutants: "mutant", "right-ways": "right-way" } as const;
const KEYS: Readonly<
  Record<LessonVariant["kind"], { readonly must: readonly string[]; readonly may: readonly string[] }>
> = {
  mutant: { must: ["id", "mistake", "step", "replace", "with", "verdict", "why"], may: ["at", "within"] },
  "right-way": { must: ["id", "way", "step", "commands"], may: [] },
};
const WITHIN_MS = 5000;

/** Read the file of a lesson's mutants and right ways. Never throws for what an author wrote. */
export function readVariants(path: string, text: string, lesson: Lesson): ParsedVariants {
  const source = createSource(path, text);
  const findings = createFindings(source);
  const document = parseDocument(source.text, { prettyErrors: false });
  const reader = new Reader(source, findings, lesson);
  for (const error of document.errors)
    reader.report({ start: error.pos[0], end: error.pos[1] }, `This is not YAML: ${error.message}`);
  if (document.errors.length === 0) reader.read(document.contents);
  const diagnostics = sortFindings(findings.list);
  return { variants: diagnostics.length > 0 ? [] : reader.variants, diagnostics };
}

class Reader {
  readonly variants: LessonVariant[] = [];
  readonly #source: Source;
  readonly #findings: Findings;
  readonly #lesson: Lesson;

  constructor(source: Source, findings: Findings, lesson: Lesson) {
    this.#source = source;
    this.#findings = findings;
    this.#lesson = lesson;
  }

  report(range: Range, message: string, hint?: string): void {
    this.#findings.add("LI063", range, message, hint);
  }

  read(root: Node | null): void {
    if (!isMap(root)) {
      this.report(this.#rangeOf(root), "The file holds no map, expected the lists `mutants` and `right-ways`");
      return;
    }
    for (const { key, value } of root.items) {
      const name = String(key);
      const kind = LISTS[name as keyof typeof LISTS];
      if (kind === undefined) {
        this.#unknown(key as Node, name, Object.keys(LISTS));
      } else if (!isSeq(value)) {
        this.report(this.#rangeOf(value as Node), `\`${name}\` is no list, expected one`);
      } else for (const item of value.items) this.#readOne(item as Node, kind);
    }
    if (this.variants.length === 0 && this.#findings.list.length === 0) {
      this.report(this.#rangeOf(root), "The file lists nothing, expected at least one mutant or right way");
    }
  }

  #readOne(node: Node, kind: LessonVariant["kind"]): void {
    if (!isMap(node)) {
      this.report(this.#rangeOf(node), `Found no map, expected the keys ${KEYS[kind].must.join(", ")}`);
      return;
    }
    const before = this.#findings.list.length;
    const fields = this.#fieldsOf(node, kind);
    if (this.#findings.list.length > before) return;
    const step = this.#lesson.steps.find(({ id }) => id === fields.get("step"));
    const range = this.#rangeOf(node);
    const of = (name: string): string => fields.get(name) ?? "";
    const about = { id: `${kind}-${of("id")}`, place: this.#findings.placeOf(range), step: of("step") };
    if (this.variants.some(({ id }) => id === about.id))
      this.report(range, `The id \`${of("id")}\` stands twice, expected it once`);
    if (step === undefined) {
      const near = suggest(
        of("step"),
        this.#lesson.steps.map(({ id }) => id),
      );
      const hint = near === undefined ? "name a step by its id" : `did you mean \`${near}\`?`;
      this.report(range, `\`${this.#lesson.id}\` has no step \`${of("step")}\``, hint);
    } else if (kind === "right-way") {
      this.variants.push({ ...about, kind, title: of("way"), commands: of("commands") });
    } else {
      const count = countIn(step, of("replace"));
      if (count !== 1) {
        const message = `\`${of("replace")}\` stands ${count} times in the commands of \`${step.id}\`, expected once`;
        this.report(range, message, "write a piece of the command, or of the file, that stands there once");
      }
      if (of("replace") === of("with")) this.report(range, "`replace` and `with` are the same, expected a change");
      const at = fields.get("at") ?? step.id;
      if (at !== "checkpoint" && !this.#lesson.steps.some(({ id }) => id === at))
        this.report(range, `\`${this.#lesson.id}\` has no step \`${at}\``, "name a step by its id, or `checkpoint`");
      const withinMs = fields.has("within") ? parseDuration(of("within")) : WITHIN_MS;
      if (withinMs === undefined) this.report(range, `\`${of("within")}\` is no duration, expected one like \`10s\``);
      const verdict = FAILING_VERDICTS.find((one) => one === of("verdict"));
      if (verdict === undefined) this.#badVerdict(range, of("verdict"));
      this.variants.push({
        ...about,
        kind,
        title: of("mistake"),
        replace: of("replace"),
        with: of("with"),
        at,
        verdict: verdict as FailingVerdict,
        why: of("why"),
        withinMs: withinMs ?? WITHIN_MS,
      });
    }
  }

  #badVerdict(range: Range, found: string): void {
    const known = FAILING_VERDICTS.map((one) => `\`${one}\``).join(", ");
    this.report(range, `\`${found}\` is no verdict of a mistake, expected ${known}`);
  }

  /** All keys of one, as texts: those that must be there, and no others. */
  #fieldsOf(node: YAMLMap, kind: LessonVariant["kind"]): ReadonlyMap<string, string> {
    const { must, may } = KEYS[kind];
    const fields = new Map<string, string>();
    for (const { key, value } of node.items) {
      const name = String(key);
      if (!must.includes(name) && !may.includes(name)) this.#unknown(key as Node, name, [...must, ...may]);
      else if (!isScalar(value) || value.value === null || typeof value.value === "object") {
        this.report(this.#rangeOf((value ?? key) as Node), `\`${name}\` is no text, expected one`);
      } else fields.set(name, String(value.value));
    }
    const isMissing = (name: string): boolean =>
      name === "with" ? !fields.has(name) : (fields.get(name) ?? "").trim() === "";
    for (const name of must.filter(isMissing)) {
      this.report(this.#rangeOf(node), `\`${name}\` is missing or empty, expected a text`);
    }
    return fields;
  }

  #unknown(node: Node, name: string, known: readonly string[]): void {
    const near = suggest(name, known);
    const hint = near === undefined ? undefined : `did you mean \`${near}\`?`;
    this.report(
      this.#rangeOf(node),
      `Unknown key \`${name}\`, expected ${known.map((one) => `\`${one}\``).join(", ")}`,
      hint,
    );
  }

  #rangeOf(node: Node | null | undefined): Range {
    const [start = 0, end = Math.min(1, this.#source.text.length)] = node?.range ?? [];
    return { start, end };
  }
}
