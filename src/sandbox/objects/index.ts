/** Object values: kinds of JSON that the cluster is made of. A leaf. */
export { ageOf, humanDuration } from "./age.ts";
export { type FieldTerm, matchesFields, parseFieldSelector } from "./field-selector.ts";
export { deepCopy, deepEqual } from "./json.ts";
export {
  formatSelector,
  type LabelSelector,
  matchesLabels,
  parseSelector,
  type Requirement,
  selectorOf,
  selectorOfLabels,
} from "./label-selector.ts";
export type * from "./object.ts";
export { controllerOf, controllerReference } from "./owner.ts";
export {
  canonicalQuantity,
  formatQuantity,
  parseQuantity,
  QUANTITY_ERROR,
  type Quantity,
  quantityValue,
} from "./quantity.ts";
export { SelectorError } from "./selector-error.ts";
export { randomSuffix } from "./suffix.ts";
export { formatMicroTime, formatTime, parseTime } from "./time.ts";
