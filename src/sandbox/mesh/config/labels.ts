export type Labels = Readonly<Record<string, string>>;

/** Whether all wanted labels are there; none wanted is all right. */
export function hasLabels(wanted: Labels | undefined, labels: Labels): boolean {
  return wanted === undefined || Object.entries(wanted).every(([key, value]) => labels[key] === value);
}
