import type { Manifest } from "../day/manifest.ts";

/**
 * What learners type to have what they need from the room's mirror: every program is checked before it runs, by the
 * checksum on the instructor's screen, or by those that learn-istio was built with.
 */
export function mirrorCommands({ package: file, programs = [], files }: Manifest, origin: string): readonly string[] {
  const fetch = (name: string): string => `curl --noproxy '*' -fO ${origin}/mirror/${name}`;
  const verify = (name: string): string =>
    `echo '${files.find(({ path }) => path === name)?.sha256 ?? ""}  ${name}' | sha256sum -c`;
  const own = files.some(({ path }) => path === LESSONS) ? [LESSONS] : [];
  return [
    `${fetch(file)} &&\n  ${verify(file)} &&\n  npm install --global --offline ./${file}`,
    ...own.map((name) => `${fetch(name)} &&\n  ${verify(name)} &&\n  tar -xzf ${name}`),
    ...(programs.length > 0 ? [`learn-istio doctor --fix --from ${origin}`] : []),
  ];
}

/** The lessons in one file; only in the bundle of a course that did not come with learn-istio. */
export const LESSONS = "lessons.tgz";

/** `/mirror/`: what is there, in words that a terminal and a browser show as they are. */
export function mirrorPage(manifest: Manifest, origin: string): string {
  const { app, course, programs = [], elsewhere = [], missing = [], files } = manifest;
  return `${[
    `What the course "${course.title}" needs, with learn-istio ${app}.`,
    "",
    "Type, after comparing the checksum with the one on the instructor's screen (macOS: `shasum -a 256 -c`):",
    "",
    ...mirrorCommands(manifest, origin),
    "",
    ...programs.map(({ name, version, platform }) => `${name} ${version} for ${platform} is here.`),
    ...missing.map((one) => `${one}.`),
    ...elsewhere.map(({ name, version, platform, url }) => `${name} ${version} for ${platform} is not: ${url}`),
    "",
    `${origin}/mirror/SHA256SUMS has the checksums of all files:`,
    ...files.map(({ path, size }) => `  ${String(size).padStart(10)}  ${encodeURI(path)}`),
  ].join("\n")}\n`;
}

/** As `sha256sum -c` reads it. */
export function sumsPage({ files }: Manifest): string {
  return files.map(({ path, sha256 }) => `${sha256}  ${path}\n`).join("");
}
