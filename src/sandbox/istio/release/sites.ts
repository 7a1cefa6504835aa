import { createHash } from "node:crypto";
import { gzipSync } from "node:zlib";
import { type Release, releaseNamed, releaseVersions } from "../versions.ts";
import { archive, releaseFiles } from "./archive.ts";
import { GATEWAY_API_VERSIONS, standardInstall } from "./gateway-api.ts";
import { DOWNLOAD_SCRIPT } from "./script.ts";

/** What a client asks a site for. */
export interface SiteRequest {
  readonly host: string;
  readonly path: string;
  /** The folder of the sandbox's programs, absolute. */
  readonly tools: string;
}

export interface SiteAnswer {
  readonly status: number;
  readonly headers: readonly (readonly [string, string])[];
  readonly body: Buffer;
}

interface Route {
  /** Matched against host and path, without the query. */
  readonly pattern: RegExp;
  readonly answer: (matched: readonly string[], request: SiteRequest) => SiteAnswer | undefined;
}

const RAW = "https://raw.githubusercontent.com";
const ASSETS = "https://release-assets.githubusercontent.com";
const BINARY = "application/octet-stream";
/** What releases are built for: upstream's names, and the same without compression for a machine that has no gzip. */
const ARCHIVE =
  "istio-([\\w.-]+?)-(?:linux-(?:amd64|arm64|armv7)|osx|osx-(?:amd64|arm64))\\.tar(?:\\.gz)?(?:\\.sha256)?";

const ROUTES: readonly Route[] = [
  {
    pattern: /^istio\.io\/downloadIstio$/,
    answer: () => movedTo(`${RAW}/istio/istio/master/release/downloadIstioCandidate.sh`),
  },
  {
    pattern: /^raw\.githubusercontent\.com\/istio\/istio\/[^/]+\/release\/downloadIstioCandidate\.sh$/,
    answer: () => text(DOWNLOAD_SCRIPT),
  },
  {
    pattern: /^raw\.githubusercontent\.com\/istio\/istio\/(?:refs\/(?:heads|tags)\/)?([^/]+)\/(samples\/.+)$/,
    answer: ([reference = "", path = ""]) => sample(reference, path),
  },
  {
    pattern: /^github\.com\/istio\/istio\/releases\/latest$/,
    answer: () => movedTo(`https://github.com/istio/istio/releases/tag/${releaseVersions()[0]}`),
  },
  {
    pattern: /^github\.com\/istio\/istio\/releases(?:\/tag\/([^/]+))?$/,
    answer: ([version]) => releasePage(version === undefined ? releaseVersions() : known(version)),
  },
  ...download(`istio/istio/releases/download/([^/]+)/(${ARCHIVE})`, ([version = "", file = "", named], { tools }) => {
    const release = named === version ? releaseNamed(version) : undefined;
    return release && (() => asset(release, file, tools));
  }),
  ...download("kubernetes-sigs/gateway-api/releases/download/([^/]+)/standard-install\\.yaml", ([version = ""]) =>
    GATEWAY_API_VERSIONS.includes(version) ? () => text(standardInstall(version), 200, BINARY) : undefined,
  ),
];

/** A file of a release: GitHub sends who asks for it on to another host, which has it. `find` gives what makes it. */
function download(
  pattern: string,
  find: (matched: readonly string[], request: SiteRequest) => (() => SiteAnswer) | undefined,
): readonly Route[] {
  return [
    {
      pattern: new RegExp(`^github\\.com/${pattern}$`),
      answer: (matched, request) => find(matched, request) && movedTo(`${ASSETS}${request.path}`),
    },
    {
      pattern: new RegExp(`^release-assets\\.githubusercontent\\.com/${pattern}$`),
      answer: (matched, request) => find(matched, request)?.(),
    },
  ];
}

/** What the sites of a release answer; made anew for each request. */
export function answerForRelease(request: SiteRequest): SiteAnswer {
  const place = `${request.host}${request.path.replace(/[?#].*$/s, "")}`;
  for (const { pattern, answer } of ROUTES) {
    const [whole, ...matched] = pattern.exec(place) ?? [];
    const found = whole === undefined ? undefined : answer(matched, request);
    if (found !== undefined) return found;
  }
  return text(`404: Not Found (learn-istio's sandbox plays a few releases alone at ${request.host})\n`, 404);
}

function asset(release: Release, file: string, tools: string): SiteAnswer {
  const [, name = "", sum] = /^(.*?)(\.sha256)?$/.exec(file) ?? [];
  const plain = archive({ release, tools });
  const body = name.endsWith(".gz") ? gzipSync(plain) : plain;
  if (sum === undefined) return { status: 200, headers: [["content-type", BINARY]], body };
  return text(`${createHash("sha256").update(body).digest("hex")}  ${name}\n`, 200, BINARY);
}

/** `release-1.31`, a version, `master` for the newest. */
function sample(reference: string, path: string): SiteAnswer | undefined {
  const [, minor] = /^release-(\d+\.\d+)$/.exec(reference) ?? [];
  const version = minor === undefined ? reference : `${minor}.0`;
  const release = reference === "master" ? releaseNamed() : releaseNamed(version);
  const found = release && releaseFiles(release).find((file) => file.path === path);
  return found && text(found.text);
}

function known(version: string): readonly string[] {
  return releaseNamed(version) === undefined ? [] : [version];
}

function releasePage(versions: readonly string[]): SiteAnswer | undefined {
  if (versions.length === 0) return undefined;
  const links = versions.map((one) => `<p><a href="/istio/istio/releases/tag/${one}">Istio ${one}</a> (simulated)</p>`);
  const page = ["<!doctype html>", "<title>Releases · istio/istio (simulated)</title>", ...links, ""].join("\n");
  return text(page, 200, "text/html; charset=utf-8");
}

function movedTo(location: string): SiteAnswer {
  return { status: 302, headers: [["location", location]], body: Buffer.alloc(0) };
}

function text(content: string, status = 200, type = "text/plain; charset=utf-8"): SiteAnswer {
  return { status, headers: [["content-type", type]], body: Buffer.from(content) };
}
