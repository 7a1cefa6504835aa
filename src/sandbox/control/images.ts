import { hex } from "./hash.ts";

/** An image name as containerd prints it: with registry, repository and tag. */
export function fullImageName(image: string): string {
  const [first = "", ...rest] = image.split("/");
  const hasRegistry = rest.length > 0 && (/[.:]/.test(first) || first === "localhost");
  const path = hasRegistry ? image : `docker.io/${rest.length === 0 ? "library/" : ""}${image}`;
  return path.includes("@") || /:[^/]+$/.test(path) ? path : `${path}:latest`;
}

/** What `imageID` holds: the repository and a digest. */
export function imageId(image: string): string {
  const full = fullImageName(image);
  if (full.includes("@")) return full;
  return `${full.replace(/:[^:/]+$/, "")}@sha256:${hex(full, 64)}`;
}

/** A believable size in bytes that follows from the name. */
export function imageSize(image: string): number {
  return 20_000_000 + (Number.parseInt(hex(fullImageName(image), 7), 16) % 180_000_000);
}

/**
 * Why an image cannot be pulled, as containerd says it, or undefined when it can. Any image can, but for those that
 * lessons break on purpose: a repository or a tag that begins with `no-such`.
 */
export function pullError(image: string): string | undefined {
  const full = fullImageName(image);
  const [, repository = "", tag = ""] = /([^/:@]+)(?::([^/:@]+))?(?:@.*)?$/.exec(full) ?? [];
  const failed = `failed to pull and unpack image "${full}": failed to resolve reference "${full}"`;
  if (repository.startsWith("no-such")) {
    return `rpc error: code = Unknown desc = ${failed}: pull access denied, repository does not exist or may require authorization: server message: insufficient_scope: authorization failed`;
  }
  if (tag.startsWith("no-such")) return `rpc error: code = NotFound desc = ${failed}: ${full}: not found`;
  return undefined;
}
