import { Findings } from "./findings.ts";
import { workloadSelector } from "./selectors.ts";
import type { Validator } from "./subject.ts";

/** A ProxyConfig. */
export const proxyConfig: Validator = ({ spec }) =>
  new Findings()
    .add(workloadSelector(spec.selector))
    .error(spec.concurrency < 0 ? "concurrency must be greater than or equal to 0" : undefined);
