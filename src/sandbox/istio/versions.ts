/** What a release of Istio brings that others do not. */
export interface Release {
  readonly version: string;
  /** Where its images are. */
  readonly hub: string;
  /** The table of its CustomResourceDefinitions. */
  readonly definitions: string;
  /** The day of its release. */
  readonly date: string;
  /** What its samples fill in. */
  readonly samples: Readonly<Record<string, string>>;
}

const HUB = "registry.istio.io/release";

/** The releases that are simulated, the newest first: it is the one that is installed where nothing else is asked for. */
const RELEASES: readonly Release[] = [
  {
    version: "1.31.0",
    hub: HUB,
    definitions: "istio-crds-1.31.json",
    date: "2026-08-31",
    samples: { jaeger: "2.17.0", kiali: "v2.27", loki: "3.6.7", tcpRoute: "v1" },
  },
  {
    version: "1.30.4",
    hub: HUB,
    definitions: "istio-crds-1.30.json",
    date: "2026-08-27",
    samples: { jaeger: "2.14.0", kiali: "v2.26", loki: "3.6.5", tcpRoute: "v1alpha2" },
  },
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
