/** Controllers: reconcile(snapshot) gives changes; the loop applies them. */
export { accountTokenController } from "./account-tokens.ts";
export { localCondition } from "./api-services.ts";
export { signingController } from "./certificate-signing.ts";
export { conditionOf, timestamp } from "./conditions.ts";
export type * from "./controller.ts";
export { allControllers } from "./controllers.ts";
export { eventKey, eventObject } from "./events.ts";
export { GarbageCollector } from "./garbage.ts";
export { type Happening, happened, type RunRef } from "./happenings.ts";
export { type Clock, ControlLoop, realClock } from "./loop.ts";
export { ownServiceController } from "./own-service.ts";
export { PACES, type Pace, type PaceName, VaryingPace } from "./pace.ts";
export { rebooted } from "./reboot.ts";
export { restarts } from "./restart-policy.ts";
export type { Runtime } from "./runtime.ts";
export { staticPodController } from "./static-pods.ts";
export { WriteConflict, type Writer } from "./writer.ts";
