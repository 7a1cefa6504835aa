import { type Item, items, type Labels, pairs } from "./model.ts";

/** Whether a LabelSelector selects labels. None selects all; one with an unknown operator selects nothing. */
export function matchesSelector(selector: Item, labels: Labels): boolean {
  const { matchExpressions, matchLabels } = selector ?? {};
  return (
    pairs(matchLabels).every(([key, value]) => labels[key] === value) &&
    items(matchExpressions).every(({ key, operator, values }: Item) => {
      const value = labels[key];
      const isIn = value !== undefined && items(values).includes(value);
      switch (operator) {
        case "In":
          return isIn;
        case "NotIn":
          return !isIn;
        case "Exists":
          return value !== undefined;
        case "DoesNotExist":
          return value === undefined;
        default:
          return false;
      }
    })
  );
}
