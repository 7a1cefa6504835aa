/** The API: what clients of Kubernetes see of the store. */
export { type Admission, type AdmissionWrite, inOrder } from "./admission.ts";
export { type PodTokens, podTokens } from "./auth/pod-tokens.ts";
export { secretToken } from "./auth/secret-tokens.ts";
export type { LogOptions, PodLogs } from "./call.ts";
export { createCertificate } from "./certificate.ts";
export type * from "./containers.ts";
export { containerStatus } from "./containers.ts";
export { Registry } from "./registry.ts";
export { ApiServer, type ApiServerOptions } from "./server.ts";
export { issueCertificate, readSigningRequest } from "./signing.ts";
export { type Status, StatusError } from "./status.ts";
export { readRequest, responseOn, sendAnswer } from "./streams/http.ts";
export { type WorkloadWish, workloadCertificate } from "./workload-certificate.ts";
