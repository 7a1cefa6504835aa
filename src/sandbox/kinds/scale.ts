import { AGE, NAME, numberColumn } from "./column.ts";
import type { Column } from "./kind.ts";

/** Columns of autoscaling/v1 Scale, which is no kind with a collection of its own: `kubectl get deploy web --subresource=scale`. */
export const SCALE_COLUMNS: readonly Column[] = [
  NAME,
  numberColumn("Desired", ({ spec }) => spec?.replicas),
  numberColumn("Available", ({ status }) => status?.replicas),
  AGE,
];
