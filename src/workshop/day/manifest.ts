import { UsageError } from "../../diagnostics/index.ts";
import { integer, list, object, oneOf, optional, pattern, type Shape, text, WireError } from "../shape.ts";

/** The folder that all of a bundle stands in. */
export const BUNDLE_FOLDER = "learn-istio-class";
export const MANIFEST = "manifest.json";

const sha256 = pattern("64 hexadecimal digits", /^[0-9a-f]{64}$/);
const name = text(200);

/** A path within a bundle: it can lead nowhere else. */
export const bundlePath: Shape<string> = (value, where) => {
  const known = text(240)(value, where);
  const parts = known.split("/");
  if (known.includes("\\") || parts.some((part) => part === "" || part === "." || part === ".."))
    throw new WireError(where, "a path within the bundle");
  return known;
};

/** What a bundle says of itself. */
export const manifestShape = object({
  version: oneOf([1]),
  /** The learn-istio that made it, and that is in it. */
  app: name,
  course: object({ id: name, title: text(400) }),
  /** The file of learn-istio itself, as npm installs it. */
  package: bundlePath,
  programs: optional(list(object({ name, version: name, platform: name, file: bundlePath, sha256 }), 100)),
  /** What the bundle does not hold, and where it is to be had. */
  elsewhere: optional(
    list(object({ name, version: name, platform: name, url: text(400), checksum: text(400), sha256 }), 100),
  ),
  /** What should be in it and could not be had when it was made. */
  missing: optional(list(text(400), 100)),
  files: list(object({ path: bundlePath, size: integer(0, 2 ** 40), sha256 }), 20_000),
});

export type Manifest = ReturnType<typeof manifestShape>;

/** A manifest to be written. Throws a UsageError for a name or a title that a bundle cannot hold. */
export function makeManifest(value: object): Manifest {
  try {
    return manifestShape({ version: 1, ...value }, "manifest");
  } catch (cause) {
    if (!(cause instanceof WireError)) throw cause;
    throw new UsageError(
      `The course cannot be packed: ${cause.message}.`,
      "Rename the file, or change the course's title: no control characters, and names of at most 240 characters.",
    );
  }
}
