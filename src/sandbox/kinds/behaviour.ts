import type { Column, Strategy } from "./kind.ts";

/** In what one kind differs from all others; what is left out is generic. */
export interface Behaviour {
  readonly columns?: readonly Column[];
  readonly strategy?: Strategy;
}
