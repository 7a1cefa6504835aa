/** `/etc/os-release` of the distributions that images are made from; os-release(5). busybox and images without a shell have none. */
const FAMILIES = {
  alpine:
    'NAME="Alpine Linux"\nID=alpine\nVERSION_ID=3.22.2\nPRETTY_NAME="Alpine Linux v3.22"\nHOME_URL="https://alpinelinux.org/"\nBUG_REPORT_URL="https://gitlab.alpinelinux.org/alpine/aports/-/issues"\n',
  debian:
    'PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\nNAME="Debian GNU/Linux"\nVERSION_ID="12"\nVERSION="12 (bookworm)"\nVERSION_CODENAME=bookworm\nID=debian\nHOME_URL="https://www.debian.org/"\nSUPPORT_URL="https://www.debian.org/support"\nBUG_REPORT_URL="https://bugs.debian.org/"\n',
  ubuntu:
    'PRETTY_NAME="Ubuntu 24.04.3 LTS"\nNAME="Ubuntu"\nVERSION_ID="24.04"\nVERSION="24.04.3 LTS (Noble Numbat)"\nVERSION_CODENAME=noble\nID=ubuntu\nID_LIKE=debian\nHOME_URL="https://www.ubuntu.com/"\nSUPPORT_URL="https://help.ubuntu.com/"\nBUG_REPORT_URL="https://bugs.launchpad.net/ubuntu/"\nUBUNTU_CODENAME=noble\n',
} as const;

/** What tells a family, from the reference and the programs of an image. The first that holds. */
const RULES: readonly (readonly [
  (name: string, programs: readonly string[]) => boolean,
  keyof typeof FAMILIES | undefined,
])[] = [
  [(_, programs) => programs.length === 0, undefined],
  [(name) => /(^|\/)busybox(:|@|$)/.test(name), undefined],
  [(name) => /(^|\/)ubuntu(:|@|$)/.test(name), "ubuntu"],
  [(name) => /alpine/.test(name), "alpine"],
  [(_, programs) => programs.includes("apt"), "debian"],
  [() => true, "alpine"],
];

/** The text of the file; undefined where the image has none. */
export function osRelease(name: string, programs: readonly string[]): string | undefined {
  const family = RULES.find(([holds]) => holds(name, programs))?.[1];
  return family === undefined ? undefined : FAMILIES[family];
}
