/** The API server's own admission plugins, in upstream's order around the webhooks. */
export { clusterAdmission } from "./cluster-admission.ts";
