import { entries, Findings, pairs } from "./findings.ts";
import { workloadSelector } from "./selectors.ts";
import type { Validator } from "./subject.ts";

/** A PeerAuthentication: ports are only for a workload. */
export const peerAuthentication: Validator = ({ spec }) => {
  const ports = entries(spec.portLevelMtls).map(([port]) => Number(port));
  const isForAll = pairs(spec.selector?.matchLabels).length === 0;
  return new Findings()
    .error(
      isForAll && ports.length > 0 ? "mesh/namespace peer authentication cannot have port level mTLS" : undefined,
      spec.portLevelMtls && ports.length === 0
        ? "port level mTLS, if defined, must have at least one element"
        : undefined,
      ...ports.map((port) => (port <= 0 || port > 65_535 ? "port must be in range 1..65535" : undefined)),
    )
    .add(workloadSelector(spec.selector));
};
