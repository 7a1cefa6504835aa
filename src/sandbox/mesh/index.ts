/** Istio's data plane, request by request: what a program's task is made of, and how it is run. */
export type { HeaderPairs, HttpAnswer, HttpRequest, HttpResponse } from "./model.ts";
export { perform, type Surroundings } from "./real-time.ts";
export { ask, LATE, type Task, wait, within } from "./task.ts";
