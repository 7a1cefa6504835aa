import { hostsFile, resolverFile } from "../../network/index.ts";
import type { JsonObject, KubeObject } from "../../objects/index.ts";
import type { Image } from "../images/image.ts";
import { hostname } from "./environment.ts";
import { Files } from "./files.ts";
import { mountVolumes, type SharedVolumes, type VolumeSources } from "./mounts.ts";
import { osRelease } from "./os-release.ts";

const FOLDERS = [
  "/bin",
  "/dev",
  "/dev/fd",
  "/etc",
  "/home",
  "/proc",
  "/root",
  "/tmp",
  "/usr/bin",
  "/usr/local/bin",
  "/usr/sbin",
  "/sbin",
  "/var/log",
  "/var/run",
];
/** One for all: a file that is written gets a buffer of its own. */
const NOTHING = Buffer.alloc(0);
/** Programs that are looked for by their whole path. */
const IN_USR = new Set([
  "curl",
  "env",
  "which",
  "id",
  "nslookup",
  "wget",
  "tar",
  "xargs",
  "tail",
  "head",
  "sort",
  "tr",
  "wc",
]);

/** A container's files as they are when it starts: the image's, the kubelet's, the volumes. */
export function makeFiles(
  objects: VolumeSources,
  pod: KubeObject,
  container: JsonObject,
  image: Image,
  shared: SharedVolumes,
  now: () => number,
): Files {
  const files = new Files(now);
  const changed = Date.parse(pod.status?.startTime ?? "") || now();
  const text = (path: string, content: string): void => {
    files.makeDirectory(path.slice(0, path.lastIndexOf("/")) || "/", { parents: true });
    files.write(path, Buffer.from(content));
  };
  for (const folder of FOLDERS) files.makeDirectory(folder, { parents: true });
  for (const name of image.programs) {
    // Some images have their program at the root, and are called by its path.
    if (name.startsWith("/")) {
      const program = name.slice(name.lastIndexOf("/") + 1);
      files.put(name, { kind: "file", data: NOTHING, mode: 0o755, changed, program });
      continue;
    }
    const program = ["ash", "bash"].includes(name) ? "sh" : name;
    for (const folder of IN_USR.has(name) ? ["/usr/bin", "/bin"] : ["/bin"]) {
      files.put(`${folder}/${name}`, { kind: "file", data: NOTHING, mode: 0o755, changed, program });
    }
  }
  const devices = { null: "null", zero: "zero", urandom: "random", random: "random" } as const;
  for (const [name, device] of Object.entries(devices)) {
    files.put(`/dev/${name}`, { kind: "file", data: NOTHING, mode: 0o666, changed, device });
  }
  text("/etc/hostname", `${hostname(pod)}\n`);
  text("/etc/hosts", hostsFile(pod));
  text("/etc/resolv.conf", resolverFile(pod));
  text(
    "/etc/passwd",
    `root:x:0:0:root:/root:/bin/sh\n${image.uid === 0 ? "" : `${image.user}:x:${image.uid}:${image.uid}::/home/${image.user}:/bin/sh\n`}`,
  );
  const release = osRelease(String(container.image), image.programs);
  if (release !== undefined) text("/etc/os-release", release);
  for (const [path, content] of Object.entries(image.files)) text(path, content);
  files.makeDirectory(image.workdir, { parents: true });
  mountVolumes(files, objects, pod, container, shared);
  return files;
}
