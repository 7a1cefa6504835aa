import { readFile } from "node:fs/promises";
import { decideInstallation, type Installation, releaseNamed, releaseVersions, WishError } from "../../istio/index.ts";
import type { Flag, ParsedFlags } from "../flags.ts";
import type { ToolContext } from "../tool.ts";
import { Failure } from "./failure.ts";

/** The flags that say what is installed. */
export const WISH_FLAGS: readonly Flag[] = [
  { long: "set", short: "s", takesValue: true },
  { long: "filename", short: "f", takesValue: true },
  { long: "revision", short: "r", takesValue: true },
];

/** The version of this istioctl: what the session says, where it is simulated. Throws `Failure`. */
export function clientVersion({ env }: ToolContext): string {
  const asked = env.ISTIO_VERSION || undefined;
  const release = releaseNamed(asked);
  if (release !== undefined) return release.version;
  throw new Failure(`ISTIO_VERSION is ${asked}, expected a patch of ${releaseVersions().join(" or ")}`);
}

/** What the flags ask for, decided. Throws `Failure`. */
export async function installationOf(context: ToolContext, { all, values }: ParsedFlags): Promise<Installation> {
  const files = await Promise.all((all.get("filename") ?? []).map(specIn));
  const revision = values.get("revision");
  try {
    return decideInstallation({
      version: clientVersion(context),
      ...(revision !== undefined && { revision }),
      files,
      sets: all.get("set") ?? [],
    });
  } catch (error) {
    if (error instanceof WishError) throw new Failure(error.message);
    throw error;
  }
}

/** The `spec` of an IstioOperator in a file. */
async function specIn(file: string): Promise<Record<string, unknown>> {
  const { parse } = await import("../yaml.ts");
  const text = await readFile(file, "utf8").catch((error: NodeJS.ErrnoException) => {
    throw new Failure(
      `could not read values from file ${file}: ${error.code === "ENOENT" ? "no such file" : error.code}`,
    );
  });
  const object = parse(text) as { kind?: unknown; spec?: Record<string, unknown> } | null;
  if (object?.kind !== "IstioOperator")
    throw new Failure(`${file}: found kind ${object?.kind}, expected IstioOperator`);
  return object.spec ?? {};
}
