import type { JsonObject } from "../../objects/index.ts";
import { Findings, items } from "./findings.ts";
import { policyTargets } from "./selectors.ts";
import type { Validator } from "./subject.ts";

const SCHEMES = ["", "file", "http", "https", "oci"];

/** A WasmPlugin: where its module is, and how it runs. */
export const wasmPlugin: Validator = ({ spec }) => {
  const { imagePullSecret = "", pluginName = "", sha256 = "", url = "", vmConfig } = spec;
  return new Findings()
    .add(policyTargets(spec))
    .error(
      urlError(url),
      digestError(sha256),
      imagePullSecret.length > 253 ? "imagePullSecret field must be less than 253 characters long" : undefined,
      pluginName.length > 256 ? "pluginName field must be less than 255 characters long" : undefined,
      environmentError(items(vmConfig?.env)),
      matchError(items(spec.match)),
    );
};

function urlError(url: string): string | undefined {
  if (url === "") return "url field needs to be set";
  const [, scheme = ""] = /^([A-Za-z][A-Za-z0-9+.-]*):\/\//.exec(url) ?? [];
  return SCHEMES.includes(scheme.toLowerCase())
    ? undefined
    : `url contains unsupported scheme: ${scheme.toLowerCase()}`;
}

function digestError(digest: string): string | undefined {
  if (digest === "") return undefined;
  if (digest.length !== 64) return "sha256 field must be 64 characters long";
  return /^[a-f0-9]+$/.test(digest) ? undefined : "sha256 field must match [a-f0-9]{64} pattern";
}

function environmentError(variables: readonly JsonObject[]): string | undefined {
  const seen = new Set<string>();
  for (const { name = "", value = "", valueFrom = "INLINE" } of variables) {
    if (name === "") return "spec.vmConfig.env invalid";
    if (name.length > 256) return "env.name field must be less than 255 characters long";
    if (seen.has(name)) return "duplicate env";
    seen.add(name);
    if (valueFrom !== "INLINE" && value !== "") return "value may only be set when valueFrom is INLINE";
  }
  return undefined;
}

function matchError(selectors: readonly JsonObject[]): string | undefined {
  for (const [index, { ports }] of selectors.entries()) {
    for (const [place, { number = 0 }] of items(ports).entries()) {
      if (number <= 0 || number > 65_535) return `spec.Match[${index}].Ports[${place}] is out of range: ${number}`;
    }
  }
  return undefined;
}
