import type { JsonObject } from "../../objects/index.ts";
import { entries, Findings, items } from "./findings.ts";
import { policyTargets } from "./selectors.ts";
import type { Validator } from "./subject.ts";

/** A Telemetry: metrics, traces, access logs, each by its providers. */
export const telemetry: Validator = ({ spec }) =>
  new Findings()
    .add(policyTargets(spec), ...items(spec.metrics).map(metrics), tracing(items(spec.tracing)))
    .error(...items(spec.accessLogging).map(({ providers }) => providerError(providers)));

function providerError(providers: unknown): string | undefined {
  return items(providers).every(({ name }) => name) ? undefined : "providers.name may not be empty";
}

function metrics({ overrides, providers }: JsonObject): Findings {
  const found = new Findings().error(providerError(providers));
  for (const { match, tagOverrides } of items(overrides)) {
    for (const [name, tag] of entries(tagOverrides)) {
      found.warn(name === "" ? "tagOverrides.name may not be empty" : undefined);
      const { operation = "UPSERT", value = "" } = tag ?? {};
      if (operation === "UPSERT" && value === "") {
        found.error("tagOverrides.value must be set when operation is UPSERT");
      }
      if (operation === "REMOVE" && value !== "") {
        found.error("tagOverrides.value may only be set when operation is UPSERT");
      }
    }
    found.error(match?.customMetric === "" ? "customMetric may not be empty" : undefined);
  }
  return found;
}

function tracing(list: readonly JsonObject[]): Findings {
  const found = new Findings().warn(list.length > 1 ? "multiple tracing is not currently supported" : undefined);
  for (const { customTags, providers, randomSamplingPercentage: share = 0 } of list) {
    found.warn(items(providers).length > 1 ? "multiple providers is not currently supported" : undefined);
    const isShare = share >= 0 && share <= 100;
    found.error(
      providerError(providers),
      isShare ? undefined : "randomSamplingPercentage must be in range [0.0, 100.0]",
    );
    for (const [name, tag] of entries(customTags)) {
      found.error(
        name === "" ? "tag name may not be empty" : undefined,
        tag?.literal && !tag.literal.value ? "literal tag value may not be empty" : undefined,
        tag?.header && !tag.header.name ? "header tag name may not be empty" : undefined,
        tag?.environment && !tag.environment.name ? "environment tag name may not be empty" : undefined,
      );
    }
  }
  return found;
}
