import type { Kind } from "../kinds/index.ts";
import type { KubeObject } from "../objects/index.ts";
import type { User } from "./auth/user.ts";

/** A write on its way to the store, as admission sees it. */
export interface AdmissionWrite {
  readonly kind: Kind;
  readonly operation: "CREATE" | "UPDATE" | "DELETE";
  /** Through which it is written; undefined for the object itself. */
  readonly subresource: string | undefined;
  /** What will be stored: `mutate` may change it. For DELETE, what is there. */
  readonly object: KubeObject;
  /** What is there; undefined for CREATE. */
  readonly old: KubeObject | undefined;
  readonly dryRun: boolean;
  /** Undefined for what is in this process. */
  readonly user: User | undefined;
  /** Tells the client something in a `Warning` header. */
  readonly warn: (text: string) => void;
}

/** What stands between a valid write and the store. Both steps throw `StatusError` to refuse it. */
export interface Admission {
  /**
   * Before the object is prepared and checked: may change it. True where those asked before have to look at it once more, as
   * upstream reinvokes its plugins after a webhook's change; `isAgain` then, and the answer no longer counts.
   */
  readonly mutate?: (write: AdmissionWrite, isAgain: boolean) => boolean | undefined;
  /** After: may only refuse. */
  readonly validate?: (write: AdmissionWrite) => void;
}

/** Several admissions as one, each step in the order given. */
export function inOrder(...admissions: readonly Admission[]): Admission {
  return {
    mutate: (write, isAgain) => {
      let repeat = false;
      for (const { mutate } of admissions) if (mutate?.(write, isAgain) === true) repeat = true;
      return repeat;
    },
    validate: (write) => {
      for (const { validate } of admissions) validate?.(write);
    },
  };
}
