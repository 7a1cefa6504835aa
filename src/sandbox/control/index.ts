/** Controllers: reconcile(snapshot) gives changes; the loop applies them. */
export { conditionOf, timestamp } from "./conditions.ts";
export type * from "./controller.ts";
export { allControllers } from "./controllers.ts";
export { endContainer } from "./end-container.ts";
export { eventKey, eventObject } from "./events.ts";
export { GarbageCollector } from "./garbage.ts";
export { type Clock, ControlLoop, realClock } from "./loop.ts";
export { PACES, type Pace } from "./pace.ts";
export { staticPodController } from "./static-pods.ts";
export { WriteConflict, type Writer } from "./writer.ts";
