import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import type { TarFile } from "../../../files/index.ts";

/** Where Istio's own images come from, in the versions that the sandbox knows. */
const ISTIO_HUB = "registry.istio.io/release";
/** `image: X` in YAML, `--image=X` in a command, a node image of kind in a variable: with a tag or a digest. */
const IMAGE =
  /(?:\bimage:\s*["']?|--image[= ]["']?|_IMAGE:\s*["']?)((?:[\w.-]+(?::\d+)?\/)*[\w.-]+(?::[\w][\w.-]{0,127})(?:@sha256:[0-9a-f]{64})?)/g;
const SAMPLE = /samples\/[\w/.-]+\.yaml/g;

/**
 * The images that a course's lessons use live, sorted: named in a lesson, in a file beside it, or in a sample of Istio's that
 * a lesson applies; with `istioctl install`, Istio's own. `samples`: the folder of Istio's samples that came along.
 */
export function imagesOf(
  lessons: readonly TarFile[],
  vars: Readonly<Record<string, string>>,
  samples: string,
): string[] {
  const texts = lessons
    .filter(({ name }) => /^lessons\/(?:lesson-\d[^/]*\.md|files\/.*\.ya?ml)$/.test(name))
    .map(({ content }) => Buffer.from(content).toString("utf8"));
  const applied = [...new Set(texts.flatMap((text) => [...text.matchAll(SAMPLE)].map(([name]) => name)))]
    .map((name) => path.join(samples, name.slice("samples/".length)))
    .filter((file) => existsSync(file))
    .map((file) => readFileSync(file, "utf8"));
  const named = [...texts, ...applied].flatMap((text) => [...text.matchAll(IMAGE)].map(([, image = ""]) => image));
  const version = vars.ISTIO_VERSION;
  const installs = version !== undefined && texts.some((text) => /\bistioctl install\b/.test(text));
  const own = installs ? ["pilot", "proxyv2"].map((name) => `${ISTIO_HUB}/${name}:${version}`) : [];
  return [...new Set([...named, ...own])].sort();
}

/** `images.txt`: the images, and the commands to have them before the day. Comments begin with `#`, so that it can be piped. */
export function renderImages(images: readonly string[]): TarFile {
  const cluster = images.filter((image) => !isNode(image));
  const text = `# The images that the lessons use on target live; the sandbox needs none of them.
#
# A tag may be another image tomorrow. Pull once, write down what came, and pull that everywhere else:
#   grep -v '^#' images.txt | xargs -n 1 docker pull
#   grep -v '^#' images.txt | xargs docker image inspect --format '{{index .RepoDigests 0}}' > images-by-digest.txt
#
# For a room without internet, as one file (some gigabytes):
#   grep -v '^#' images.txt | xargs docker save --output images.tar
#   docker load --input images.tar
#
# Into the course's cluster, once lesson-01 has made it (the node image is not loaded, it is the cluster):
#   grep -v '^#' images.txt | grep -v kindest/node | xargs kind load docker-image --name learn-istio
#
# ${cluster.length} for the cluster${images.length > cluster.length ? ", and the node of kind" : ""}. Digests are not known to learn-istio; a line with \`@sha256:\` has one.
${images.join("\n")}
`;
  return { name: "images.txt", content: Buffer.from(text) };
}

function isNode(image: string): boolean {
  return image.startsWith("kindest/node");
}
