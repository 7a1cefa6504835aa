import type { Behaviour } from "./behaviour.ts";

/** Behaviour by `group/plural`, or `group/version/plural` where versions differ. Kinds without a row are generic. */
export const BEHAVIOURS: Readonly<Record<string, Behaviour>> = {};
