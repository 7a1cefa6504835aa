/** Object values: kinds of JSON that the cluster is made of. A leaf. */
export { ageOf, humanDuration } from "./age.ts";
export * from "./amounts.ts";
export { BoundedRegex, RegexRefusal } from "./bounded-regex.ts";
export { matchesFields, parseFieldSelector } from "./field-selector.ts";
export { deepCopy, deepEqual } from "./json.ts";
export {
  formatSelector,
  matchesLabels,
  parseSelector,
  selectorOf,
  selectorOfLabels,
} from "./label-selector.ts";
export type * from "./object.ts";
export {
  canonicalQuantity,
  parseQuantity,
  QUANTITY_ERROR,
  quantityValue,
} from "./quantity.ts";
export { SelectorError } from "./selector-error.ts";
export { randomSuffix } from "./suffix.ts";
export { formatMicroTime, formatTime, parseTime } from "./time.ts";
