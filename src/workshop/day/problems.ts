/** Something about a learner's machine that the course trips over: what it is in the way of, in words, and the way out. */
export interface Problem {
  /** `all`: sandbox and live; `live`: target live alone; `nothing`: it may still be a nuisance. */
  readonly hinders: "all" | "live" | "nothing";
  readonly what: string;
  readonly remedy: string;
}

/** Every problem that a report can name. A code is never given another meaning: reports of older versions have it, too. */
export const PROBLEMS = {
  "no-bash": {
    hinders: "all",
    what: "bash is missing",
    remedy: "Install bash with the system's package manager.",
  },
  "no-curl": {
    hinders: "all",
    what: "curl is missing",
    remedy: "Install curl with the system's package manager; lessons send their requests with it.",
  },
  "no-kubectl": {
    hinders: "all",
    what: "kubectl is missing, or does not run",
    remedy:
      "`learn-istio doctor --fix` fetches a pinned one; `--fix --from URL` takes it from a class's mirror, without internet.",
  },
  "other-kubectl": {
    hinders: "nothing",
    what: "kubectl is more than one minor version away from the cluster",
    remedy: "Name a nearer one by `KUBECTL=path`, or put the one that `learn-istio doctor --fix` fetches first.",
  },
  "no-helm": {
    hinders: "nothing",
    what: "helm is missing",
    remedy: "Only lessons that use charts need it: `learn-istio doctor --fix`, or https://helm.sh/docs/intro/install/.",
  },
  "no-state": {
    hinders: "all",
    what: "the folder for progress cannot be written",
    remedy: "Set XDG_STATE_HOME to a folder that can.",
  },
  "no-cache": {
    hinders: "nothing",
    what: "the folder for the cache cannot be written",
    remedy: "Set XDG_CACHE_HOME to a folder that can.",
  },
  "no-temporary": {
    hinders: "all",
    what: "the folder for temporary files cannot be written",
    remedy: "Set TMPDIR to a folder that can.",
  },
  "no-ports": {
    hinders: "all",
    what: "no port of 127.0.0.1 can be had",
    remedy: "Let programs listen on 127.0.0.1: a security program or a container's rules forbid it.",
  },
  "full-disk": {
    hinders: "all",
    what: "less than 1 GiB of the disk is free",
    remedy: "Free some, or set XDG_STATE_HOME and XDG_CACHE_HOME to folders on another disk.",
  },
  "no-docker": {
    hinders: "live",
    what: "Docker is missing",
    remedy: "Install Docker: https://docs.docker.com/get-started/get-docker/",
  },
  "docker-silent": {
    hinders: "live",
    what: "Docker is installed and does not answer",
    remedy: "Start it; on Linux the user must be allowed to reach it (the group `docker`, or rootless Docker).",
  },
  "docker-memory": {
    hinders: "live",
    what: "Docker has less than 7 GiB of memory",
    remedy: "Give it 8 GB and 4 CPUs in its settings; the sandbox needs none of it.",
  },
  "live-disk": {
    hinders: "live",
    what: "less than 10 GiB of the disk are free",
    remedy: "Free some: the images of a live cluster are large.",
  },
  "no-kind": {
    hinders: "live",
    what: "kind is missing",
    remedy: "Install kind: https://kind.sigs.k8s.io/docs/user/quick-start/",
  },
  "narrow-terminal": {
    hinders: "nothing",
    what: "the terminal has less than 40 columns",
    remedy: "Make its window wider, or its letters smaller.",
  },
  "no-utf8": {
    hinders: "nothing",
    what: "the terminal is not set to UTF-8",
    remedy: "Set LANG to a locale that ends in UTF-8.",
  },
} as const satisfies Readonly<Record<string, Problem>>;

export type ProblemCode = keyof typeof PROBLEMS;

export const PROBLEM_CODES = Object.keys(PROBLEMS) as readonly ProblemCode[];

/** What of the course a machine with these problems can run. Live needs what the sandbox needs, and more. */
export function abilityOf(problems: readonly ProblemCode[]): { readonly sandbox: boolean; readonly live: boolean } {
  const hindered = problems.map((code): Problem["hinders"] => PROBLEMS[code].hinders);
  return { sandbox: !hindered.includes("all"), live: !hindered.some((one) => one !== "nothing") };
}
