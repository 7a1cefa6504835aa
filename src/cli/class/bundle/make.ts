import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import path from "node:path";
import type { TarFile } from "../../../files/index.ts";
import type { Folders } from "../../../target/index.ts";
import { BUNDLE_FOLDER, LESSONS, MANIFEST, type Manifest, makeManifest } from "../../../workshop/index.ts";
import type { Course } from "../../course.ts";
import type { Io } from "../../io.ts";
import { VERSION } from "../../version.ts";
import { gzipTar } from "./gzip-tar.ts";
import { imagesOf, renderImages } from "./images.ts";
import { lessonFiles } from "./lessons.ts";
import { packOurselves } from "./package.ts";
import { collectPrograms } from "./programs.ts";
import { renderReadme } from "./readme.ts";

/** A bundle, not yet written. */
export interface Bundle {
  readonly manifest: Manifest;
  readonly content: Buffer;
}

/** All that a room needs of a course, in one archive; the same course, cache and version give the same bytes. */
export async function makeBundle(io: Io, course: Course, folders: Folders, offline: boolean): Promise<Bundle> {
  const lessons = lessonFiles(course);
  const { programs, elsewhere, missing, files } = await collectPrograms(io, folders, offline);
  const ourselves = await packOurselves();
  const about = {
    app: VERSION,
    course: { id: course.id, title: course.title },
    package: ourselves.name,
    ...(programs.length > 0 && { programs }),
    ...(elsewhere.length > 0 && { elsewhere }),
    ...(missing.length > 0 && { missing }),
  };
  const images = renderImages(imagesOf(lessons, course.vars, samplesFolder()));
  // The lessons that came along are in the package.
  const inOne = course.own ? [] : [{ name: LESSONS, content: await gzipTar(lessons) }];
  const all: readonly TarFile[] = [...lessons, ...inOne, ...files, ourselves, images, renderReadme(about)];
  const listed = all
    .map(({ name, content }) => ({ path: name, size: content.length, sha256: sha256(content) }))
    .sort((a, b) => (a.path < b.path ? -1 : 1));
  const manifest = makeManifest({ ...about, files: listed });
  const withManifest = [...all, { name: MANIFEST, content: Buffer.from(`${JSON.stringify(manifest, null, 2)}\n`) }];
  const content = await gzipTar(withManifest.map((file) => ({ ...file, name: `${BUNDLE_FOLDER}/${file.name}` })));
  return { manifest, content };
}

export function sha256(content: Uint8Array): string {
  return createHash("sha256").update(content).digest("hex");
}

/** Istio's samples stand beside the bundled code; in the sources, where the sandbox keeps them. */
function samplesFolder(): string {
  const places = ["samples", "../../../sandbox/istio/samples"].map((one) => path.join(import.meta.dirname, one));
  return places.find((place) => existsSync(place)) ?? "";
}
