import type { TarFile } from "../../../files/index.ts";
import type { Manifest } from "../../../workshop/index.ts";

/** `README.txt`: what is in the bundle, and what to do with it by hand. */
export function renderReadme(
  about: Pick<Manifest, "app" | "course" | "package" | "programs" | "elsewhere" | "missing">,
): TarFile {
  const { app, course, programs = [], elsewhere = [], missing = [] } = about;
  const lines = [
    `What a room needs for the course "${course.title}" with learn-istio ${app}, without internet.`,
    "",
    `  ${about.package}`,
    `      learn-istio itself: npm install --global --offline ./${about.package}`,
    "  lessons/",
    "      the course: learn-istio start --lessons lessons",
    ...programs.flatMap(({ name, version, platform, file, sha256 }) => [
      `  ${file}`,
      `      ${name} ${version} for ${platform}, compressed; unpacked it has the SHA-256`,
      `      ${sha256}`,
    ]),
    "  images.txt",
    "      the images of target live, and how to have them before the day",
    "  manifest.json",
    "      every file with its size and SHA-256; learn-istio class bundle --check FILE holds them against it",
    "",
    "To the room: learn-istio class host --mirror FILE serves all of it; its screen shows what learners type.",
    "",
    ...(missing.length === 0 ? [] : ["Could not be had when this was made:", ...missing.map((one) => `  ${one}`), ""]),
    ...(elsewhere.length === 0
      ? []
      : [
          "Not in it; from those who make it (below: the SHA-256, and where they say it):",
          ...elsewhere.flatMap(({ name, version, platform, url, checksum, sha256 }) => [
            `  ${name} ${version} for ${platform}`,
            `      ${url}`,
            `      ${sha256}`,
            `      ${checksum}`,
          ]),
          "",
        ]),
  ];
  return { name: "README.txt", content: Buffer.from(lines.join("\n")) };
}
