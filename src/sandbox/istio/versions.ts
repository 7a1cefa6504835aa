/** What a release of Istio brings that others do not. */
export interface Release {
  readonly version: string;
  /** Where its images are. */
  readonly hub: string;
  /** The table of its CustomResourceDefinitions. */
  readonly definitions: string;
}

const HUB = "registry.istio.io/release";

/** The releases that are simulated, the newest first: it is the one that is installed where nothing else is asked for. */
const RELEASES: readonly Release[] = [
  { version: "1.31.0", hub: HUB, definitions: "istio-crds-1.31.json" },
  { version: "1.30.4", hub: HUB, definitions: "istio-crds-1.30.json" },
];

/** The releases that are simulated, the default first. */
export function releaseVersions(): readonly string[] {
  return RELEASES.map(({ version }) => version);
}

/**
 * A release by its version, any patch of a minor that is simulated; without a version the default. Undefined for a minor
 * that is not simulated.
 */
export function releaseNamed(version = RELEASES[0]?.version ?? ""): Release | undefined {
  const minor = minorOf(version);
  const found = minor === undefined ? undefined : RELEASES.find((one) => minorOf(one.version) === minor);
  return found && { ...found, version };
}

function minorOf(version: string): string | undefined {
  return /^(\d+\.\d+)\.\d+(-[\w.]+)?$/.exec(version)?.[1];
}
