/**
 * What a session has and no other shell can be given, a line for each. `part` gives the state's parts by name, `limits` is
 * what `ulimit` said when the session began.
 */
export function whatIsLost(part: (name: string) => string, limits: string): readonly string[] {
  const count = Number(part("parameters"));
  const [, ...pushed] = linesOf(part("folders"));
  return [
    ...linesOf(part("jobs")).map((job) => `the background job \`${job.replace(/^\[\d+\][+-]?\s*/, "").trim()}\``),
    ...linesOf(part("traps"))
      .filter((line) => line.startsWith("trap "))
      .map((trap) => `the trap \`${trap}\``),
    ...(count > 0
      ? [`${count === 1 ? "the positional parameter" : `the ${count} positional parameters`} of \`set\``]
      : []),
    ...pushed.map((folder) => `the folder \`${folder}\` of \`pushd\``),
    ...changedLimits(limits, part("limits")).map((limit) => `the limit \`${limit}\``),
  ];
}

/** Limits that are not what they were, each as the command that sets it; a hard limit only where it differs from the soft one. */
function changedLimits(before: string, now: string): readonly string[] {
  const was = readLimits(before);
  const is = readLimits(now);
  return [...is.soft.keys()].flatMap((option) => {
    const [soft, hard] = [is.soft.get(option), is.hard.get(option)];
    const isHard = hard !== was.hard.get(option);
    if (isHard && hard === soft) return [`ulimit -${option} ${hard}`];
    return [
      ...(soft === was.soft.get(option) ? [] : [`ulimit -S -${option} ${soft}`]),
      ...(isHard ? [`ulimit -H -${option} ${hard}`] : []),
    ];
  });
}

/** Lines such as `open files (-n) 1024`: the soft limits, then `hard`, then the hard ones; option → value. */
function readLimits(text: string): {
  readonly soft: ReadonlyMap<string, string>;
  readonly hard: ReadonlyMap<string, string>;
} {
  const [soft = "", hard = ""] = text.split(/^hard$/m);
  const read = (half: string): ReadonlyMap<string, string> =>
    new Map([...half.matchAll(/-(\w)\) +(\S+)$/gm)].map(([, option = "", value = ""]) => [option, value]));
  return { soft: read(soft), hard: read(hard) };
}

function linesOf(text: string): readonly string[] {
  return text.split("\n").filter((line) => line.trim() !== "");
}
