import { PROFILE_NAMES, profileLayers } from "../install/profiles.ts";
import { SIMULATED_MARK } from "../mark.ts";
import { type ReleaseFile, readSamples } from "../sample-files.ts";
import type { Release } from "../versions.ts";
import { stringify } from "../yaml.ts";
import { type TarEntry, tar } from "./tar.ts";

/** Where the sandbox's own programs are: an absolute path. */
export interface ArchiveOptions {
  readonly release: Release;
  readonly tools: string;
}

/** All files of a release but `bin/istioctl`, which is the sandbox's own. */
export function releaseFiles(release: Release): readonly ReleaseFile[] {
  const file = (path: string, text: string): ReleaseFile => ({ path, text, isProgram: false });
  return [
    file("LICENSE", LICENSE),
    file("README.md", readme(release)),
    file("manifest.yaml", stringify({ version: release.version, docker: release.hub, outputs: ["archive"] })),
    ...PROFILE_NAMES.map((name) => file(`manifests/profiles/${name}.yaml`, profile(name))),
    ...readSamples(release.samples),
  ];
}

/** The release as `istio-V-OS-ARCH.tar` has it. */
export function archive({ release, tools }: ArchiveOptions): Buffer {
  const top = `istio-${release.version}/`;
  const program: ReleaseFile = { path: "bin/istioctl", text: istioctl(release, tools), isProgram: true };
  const files = [program, ...releaseFiles(release)];
  const folders = [...new Set(files.flatMap(({ path }) => foldersOf(path)))].sort();
  return tar(
    [
      ...["", ...folders].map((path): TarEntry => ({ path: `${top}${path}`, mode: 0o755, content: Buffer.alloc(0) })),
      ...files.map(
        ({ path, text, isProgram }): TarEntry => ({
          path: `${top}${path}`,
          mode: isProgram ? 0o755 : 0o644,
          content: Buffer.from(text),
        }),
      ),
    ],
    Date.parse(release.date) / 1000,
  );
}

/** `a/b/c` → `a/`, `a/b/` */
function foldersOf(path: string): readonly string[] {
  const parts = path.split("/").slice(0, -1);
  return parts.map((_, index) => `${parts.slice(0, index + 1).join("/")}/`);
}

/** Runs the sandbox's own istioctl as this version. It is never looked for in PATH, where this one may stand itself. */
function istioctl({ version }: Release, tools: string): string {
  const tool = `'${`${tools}/istioctl`.replaceAll("'", `'\\''`)}'`;
  return [
    `${SIMULATED_MARK}: the istioctl of the sandbox that this release was downloaded from.`,
    `tool=${tool}`,
    'if [ ! -x "$tool" ]; then',
    '  echo "istioctl (sandbox): the sandbox of this download is gone: $tool is not there; download the release again" >&2',
    "  exit 1",
    "fi",
    `ISTIO_VERSION='${version}' exec "$tool" "$@"`,
    "",
  ].join("\n");
}

function profile(name: string): string {
  const [base, own] = profileLayers(name) ?? [];
  const spec = name === "default" ? base : own;
  return stringify({
    apiVersion: "install.istio.io/v1alpha1",
    kind: "IstioOperator",
    spec: { profile: name, ...spec },
  });
}

const LICENSE = `The files of this release are learn-istio's own, under the Apache License, Version 2.0:
https://www.apache.org/licenses/LICENSE-2.0
They are not Istio's: those are at https://github.com/istio/istio
`;

function readme({ version }: Release): string {
  return `# Istio ${version}, as learn-istio's sandbox simulates it

This is not a release of the Istio project. \`bin/istioctl\` drives the simulated Istio of the sandbox that this archive
was downloaded from, and \`samples\` holds files of our own under the names that Istio's have, with the same objects in
them. The real release is at https://github.com/istio/istio/releases/tag/${version}

| folder | what is in it |
|---|---|
| \`bin\` | \`istioctl\`, which installs, asks and uninstalls |
| \`manifests/profiles\` | what each profile says beyond \`default\` |
| \`samples\` | applications and rules to try |
`;
}
