import type { Site } from "./site.ts";

/** A host outside of the cluster. Its server is loaded when the first request comes. */
export interface SiteRow {
  readonly names: readonly string[];
  /** Out of TEST-NET-3 (RFC 5737): nobody's on the internet. */
  readonly address: string;
  readonly load: () => Promise<Site>;
}

/** A page of a website; `isSecureOnly` sends who comes by HTTP to HTTPS. */
function page(title: string, isSecureOnly: boolean): SiteRow["load"] {
  return async () => (await import("./page.ts")).pageSite({ title, isSecureOnly });
}

const release: SiteRow["load"] = async () => (await import("./release.ts")).releaseSite;
const httpbin: SiteRow["load"] = async () => (await import("./httpbin.ts")).httpbinSite;

/** All of the internet that there is: 80 and 443 at each, everything else is out of reach. */
export const SITES: readonly SiteRow[] = [
  { names: ["httpbin.org", "www.httpbin.org"], address: "203.0.113.10", load: httpbin },
  { names: ["www.google.com", "google.com"], address: "203.0.113.20", load: page("Google", false) },
  {
    names: ["edition.cnn.com", "www.cnn.com", "cnn.com"],
    address: "203.0.113.21",
    load: page("Breaking News, Latest News and Videos | CNN", true),
  },
  {
    names: ["en.wikipedia.org", "de.wikipedia.org", "www.wikipedia.org", "wikipedia.org"],
    address: "203.0.113.22",
    load: page("Wikipedia, the free encyclopedia", true),
  },
  { names: ["example.com", "www.example.com"], address: "203.0.113.23", load: page("Example Domain", false) },
  { names: ["www.bing.com", "bing.com"], address: "203.0.113.24", load: page("Search - Microsoft Bing", false) },
  { names: ["istio.io"], address: "203.0.113.30", load: release },
  { names: ["github.com"], address: "203.0.113.31", load: release },
  { names: ["raw.githubusercontent.com"], address: "203.0.113.32", load: release },
  { names: ["release-assets.githubusercontent.com"], address: "203.0.113.33", load: release },
];
