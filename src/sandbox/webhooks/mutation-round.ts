import type { AdmissionWrite } from "../api/index.ts";
import { deepCopy, deepEqual, type JsonObject, type KubeObject } from "../objects/index.ts";
import type { AdmissionAnswer } from "./handler.ts";

/**
 * The mutating webhooks of one write, by upstream's rules of reinvocation: a webhook with `reinvocationPolicy: IfNeeded` is called
 * once more when anybody after it has changed the object; nobody is called a third time.
 */
export class MutationRound {
  readonly #write: AdmissionWrite;
  /** Called, and to be called again if somebody changes the object. */
  readonly #called = new Set<JsonObject>();
  readonly #again = new Set<JsonObject>();
  /** What the webhooks left. */
  #left: KubeObject | undefined;

  constructor(write: AdmissionWrite) {
    this.#write = write;
  }

  /** Calls them in turn; undefined is the answer of one that does not want the write. True when one has changed the object. */
  run(
    webhooks: readonly JsonObject[],
    isAgain: boolean,
    call: (webhook: JsonObject) => AdmissionAnswer | undefined,
  ): boolean {
    const { object } = this.#write;
    if (isAgain && !deepEqual(this.#left, object)) this.#require();
    let hasChanged = false;
    for (const webhook of webhooks) {
      if (isAgain && !this.#again.has(webhook)) continue;
      const before = deepCopy(object);
      const answer = call(webhook);
      if (answer === undefined) continue;
      this.#replace(answer);
      if (!deepEqual(before, object)) {
        hasChanged = true;
        this.#require();
      }
      if (webhook.reinvocationPolicy === "IfNeeded") this.#called.add(webhook);
    }
    this.#left = deepCopy(object);
    return hasChanged;
  }

  #require(): void {
    for (const webhook of this.#called) this.#again.add(webhook);
    this.#called.clear();
  }

  /** The write's own object becomes what the webhook made of it, with the defaults of what it added. */
  #replace(answer: AdmissionAnswer): void {
    if (!answer.allowed || answer.object === undefined) return;
    const next = deepCopy(answer.object) as unknown as JsonObject;
    const target = this.#write.object as unknown as JsonObject;
    for (const field of Object.keys(target)) if (!Object.hasOwn(next, field)) delete target[field];
    Object.assign(target, next);
    this.#write.kind.strategy.defaults?.(this.#write.object);
  }
}
