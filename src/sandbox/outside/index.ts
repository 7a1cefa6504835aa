/** What is outside of the cluster: a few hosts of the internet, played. A host is a row of `sites.ts`. */
export { Internet, type InternetOptions } from "./internet.ts";
export type { Site, SiteContext } from "./site.ts";
