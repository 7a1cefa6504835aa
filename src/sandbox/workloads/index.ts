/** What runs in pods: servers, commands, their files and logs. The shell is loaded when the first command runs. */
export { type HttpbinContext, httpbinAnswer } from "./images/httpbin.ts";
export type { SavedContainers } from "./saved-containers.ts";
export { Workloads, type WorkloadsOptions } from "./workloads.ts";
