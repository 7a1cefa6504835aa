/** Admission webhooks: whether they can be reached, and what the simulated ones say. */
export { webhooks } from "./webhooks.ts";
