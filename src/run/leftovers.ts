import type { Place } from "../diagnostics/index.ts";
import type { Lesson, Step } from "../lesson/index.ts";
import type { ClusterObject, RunPorts } from "./ports.ts";

interface Origin {
  readonly lesson: string;
  readonly step: string;
  readonly place: Place;
}

/** How many objects are named. */
const NAMED = 5;

/**
 * Compares the cluster before and after: whose objects are still there when a lesson has cleaned up, and after which step they
 * were first seen.
 */
export class Leftovers {
  readonly #ports: RunPorts;
  /** Everything ever seen, with the step after which it first was; undefined for what no step made. */
  readonly #origins = new Map<string, Origin | undefined>();
  readonly #rest: Lesson[] = [];
  #isBlind = false;

  constructor(ports: RunPorts) {
    this.#ports = ports;
  }

  /** What stands there before a lesson begins is not of its making. */
  async before(): Promise<void> {
    for (const { name } of await this.#look()) if (!this.#origins.has(name)) this.#origins.set(name, undefined);
  }

  async after({ id: lesson }: Lesson, { id: step, place }: Step): Promise<void> {
    const here = await this.#look();
    for (const { name } of here) if (!this.#origins.has(name)) this.#origins.set(name, { lesson, step, place });
    if (this.#isBlind) return;
    // What is gone may come again, by another step.
    const names = new Set(here.map(({ name }) => name));
    for (const name of this.#origins.keys()) if (!names.has(name)) this.#origins.delete(name);
  }

  /** Tell what a lesson has left behind, now that its cleanups have run. True when it is nothing. */
  async judge({ id: lesson, path }: Lesson): Promise<boolean> {
    const here = await this.#look();
    const mine = here.filter(({ name }) => this.#origins.get(name)?.lesson === lesson);
    const names = new Set(mine.map(({ name }) => name));
    const roots = mine.filter(({ within }) => within === undefined || !names.has(within));
    const bySteps = groups(roots, this.#origins);
    for (const [origin, objects] of bySteps) this.#tell(lesson, origin, objects);
    // Told once: the lessons that come later did not make it.
    for (const name of names) this.#origins.set(name, undefined);
    if (!this.#isBlind) return bySteps.size === 0;
    this.#isBlind = false;
    const place = { file: path, line: 1, column: 1, offset: 0, endOffset: 0 };
    this.#say(lesson, place, "what it left behind in the cluster is not known: the cluster did not answer");
    return false;
  }

  /** A lesson that cleans nothing up: what it made may go with what it builds on. */
  judgeLater(lesson: Lesson): void {
    this.#rest.push(lesson);
  }

  async judgeRest(): Promise<void> {
    for (const lesson of this.#rest.splice(0)) await this.judge(lesson);
  }

  #tell(lesson: string, { step, place }: Origin, objects: readonly ClusterObject[]): void {
    const named = objects.slice(0, NAMED).map(({ name }) => `\`${name}\``);
    const more = objects.length > NAMED ? ` and ${objects.length - NAMED} more` : "";
    this.#say(lesson, place, `\`${step}\` left behind ${named.join(", ")}${more}: nothing cleaned it up`);
  }

  #say(lesson: string, place: Place, text: string): void {
    const { clock, emit, strictCleanup } = this.#ports;
    const at = clock.now();
    if (strictCleanup !== true) {
      emit({ type: "note", at, lesson, text });
      return;
    }
    const verdict = { kind: "mismatch", place, diff: [], reason: `${text}.` } as const;
    emit({ type: "cleanup-end", at, lesson, place, status: undefined, output: "", verdict });
  }

  async #look(): Promise<readonly ClusterObject[]> {
    try {
      return (await this.#ports.survey?.()) ?? [];
    } catch {
      this.#isBlind = true;
      return [];
    }
  }
}

function groups(
  objects: readonly ClusterObject[],
  origins: ReadonlyMap<string, Origin | undefined>,
): ReadonlyMap<Origin, readonly ClusterObject[]> {
  const found = new Map<string, { origin: Origin; objects: ClusterObject[] }>();
  for (const object of objects) {
    const origin = origins.get(object.name);
    if (origin === undefined) continue;
    const group = found.get(origin.step) ?? { origin, objects: [] };
    group.objects.push(object);
    found.set(origin.step, group);
  }
  return new Map([...found.values()].map(({ origin, objects }) => [origin, objects]));
}
