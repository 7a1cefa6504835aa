import type { Process, Program } from "../process.ts";

/** Programs that an image has and that are not simulated: they say so, and what to do instead. */
function notSimulated(instead: string): Program {
  return async (process) => {
    await process.stderr(`${process.name}: not simulated in the sandbox; ${instead}\n`);
    return 1;
  };
}

const EDIT = "write the file with `cat > FILE`, change it with `sed -i`, or copy it in with `kubectl cp`";

/** Debian's package manager where there is no network. */
const apt: Program = async (process) => {
  const [action = ""] = process.args.filter((one) => !one.startsWith("-"));
  if (action === "update") {
    const sources = ["bookworm", "bookworm-updates", "bookworm-security"];
    const failed = sources.map(
      (name, at) =>
        `Err:${at + 1} http://deb.debian.org/debian ${name} InRelease\n  Temporary failure resolving 'deb.debian.org'\n`,
    );
    await process.stdout(`${failed.join("")}Reading package lists...\n`);
    await process.stderr("W: Some index files failed to download. They have been ignored, or old ones used instead.\n");
    return 0;
  }
  if (action === "install") {
    await process.stdout("Reading package lists...\nBuilding dependency tree...\n");
    for (const name of process.args.filter((one) => !one.startsWith("-")).slice(1))
      await process.stderr(`E: Unable to locate package ${name}\n`);
    return 100;
  }
  return missing(process, action);
};

async function missing(process: Process, action: string): Promise<number> {
  await process.stderr(action === "" ? "usage: apt install PACKAGE\n" : `E: Invalid operation ${action}\n`);
  return 100;
}

/** Alpine's package manager where there is no network. */
const apk: Program = async (process) => {
  const [action = "", ...names] = process.args.filter((one) => !one.startsWith("-"));
  const repositories = ["main", "community"].map((one) => `https://dl-cdn.alpinelinux.org/alpine/v3.22/${one}`);
  if (action === "add" || action === "update") {
    for (const url of repositories) {
      await process.stdout(`fetch ${url}/x86_64/APKINDEX.tar.gz\n`);
      await process.stderr(`WARNING: updating and opening ${url}: temporary error (try again later)\n`);
    }
    if (action === "update") {
      await process.stdout("2 unavailable, 0 stale; 15 distinct packages available\n");
      return 2;
    }
    await process.stderr("ERROR: unable to select packages:\n");
    for (const name of names) await process.stderr(`  ${name} (no such package):\n    required by: world[${name}]\n`);
    return names.length;
  }
  await process.stdout("apk-tools 2.14.9, compiled for x86_64.\n");
  return 1;
};

export const ABSENT_PROGRAMS: Readonly<Record<string, Program>> = {
  apk,
  apt,
  "apt-get": apt,
  nano: notSimulated(EDIT),
  vi: notSimulated(EDIT),
  vim: notSimulated(EDIT),
};
