import { HELM_VERSION, TOOLS_VERSION } from "./tool-pins.ts";

/** A program at its makers' address, and its checksum: theirs, and as it was published with the release. */
interface OfficialDownload {
  readonly name: "kubectl" | "helm";
  readonly version: string;
  readonly url: string;
  /** Where the makers say it. */
  readonly checksum: string;
  /** Of what is downloaded. To compare by hand: what is fetched by us is pinned in `tool-pins.ts`. */
  readonly sha256: string;
}

/** Kind of machine → the SHA-256 of kubectl, and of the archive that holds helm. */
const CHECKSUMS: Readonly<Record<string, readonly [kubectl: string, helm: string]>> = {
  "linux-amd64": [
    "924eb50779153f20cb668117d141440b95df2f325a64452d78dff9469145e277",
    "70b2c30a19da4db264dfd68c8a3664e05093a361cefd89572ffb36f8abfa3d09",
  ],
  "linux-arm64": [
    "cd859449f54ad2cb05b491c490c13bb836cdd0886ae013c0aed3dd67ff747467",
    "13d03672be289045d2ff00e4e345d61de1c6f21c1257a45955a30e8ae036d8f1",
  ],
  "darwin-amd64": [
    "163955964d4ed9e66656eab45c0114f5c1110d1b430ace432b20ddc430023df5",
    "abf09c8503ad1d8ef76d3737a058c3456a998aae5f5966fce4bb3031aeb1654e",
  ],
  "darwin-arm64": [
    "b0b59cdd7ba20ca20b85214943100e578dd50ddd85242fcddf277a87c2249706",
    "7c2eca678e8001fa863cdf8cbf6ac1b3799f9404a89eb55c08260ef5732e658d",
  ],
};

/** Where the pinned kubectl and helm of one kind of machine are to be had from who makes them; none for a kind that is not known. */
export function officialDownloads(platform: string, arch: string): readonly OfficialDownload[] {
  const cpu = arch === "x64" ? "amd64" : arch;
  const known = CHECKSUMS[`${platform}-${cpu}`];
  if (known === undefined) return [];
  const kubectl = `https://dl.k8s.io/release/${TOOLS_VERSION}/bin/${platform}/${cpu}/kubectl`;
  const helm = `https://get.helm.sh/helm-${HELM_VERSION}-${platform}-${cpu}.tar.gz`;
  return [
    { name: "kubectl", version: TOOLS_VERSION, url: kubectl, checksum: `${kubectl}.sha256`, sha256: known[0] },
    { name: "helm", version: HELM_VERSION, url: helm, checksum: `${helm}.sha256sum`, sha256: known[1] },
  ];
}
