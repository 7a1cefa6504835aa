/** Admission webhooks: whether they can be reached, and what the simulated servers behind them say. */
export type { AdmissionAnswer, AdmissionHandler, AdmissionRequest, ServiceReference } from "./handler.ts";
export { webhooks } from "./webhooks.ts";
