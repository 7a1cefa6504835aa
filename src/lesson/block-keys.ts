import { suggest } from "../text/index.ts";
import type { Fence } from "./fence.ts";
import type { Findings } from "./findings.ts";
import { KEYS, type Role, type Settings } from "./key-table.ts";
import { type Key, type ParsedKeys, parseCommentKeys, parseInfoKeys } from "./keys.ts";
import type { Range, Source } from "./source.ts";

const ROLE_NAMES: Readonly<Record<Role, string>> = {
  cleanup: "a cleanup",
  command: "a command",
  diagnosis: "a check's diagnosis",
  file: "a file",
  inert: "a block that does not run",
  manual: "a manual step",
  output: "an output",
  predicate: "a check's predicate",
  solution: "a solution",
  transcript: "a transcript",
};

/** The keys of a fence as written, in the info string or in the comment above. */
export function readKeys(source: Source, fence: Fence, findings: Findings): readonly Key[] {
  const hasInfo = fence.meta.end > fence.meta.start;
  if (hasInfo && fence.comment !== undefined) {
    const message = "Keys stand in the info string and in the comment above, expected one of the two";
    findings.add("LI009", fence.comment, message, "move them all to one place");
  }
  const parts = [];
  if (hasInfo) parts.push(parseInfoKeys(source, fence.meta));
  if (fence.comment !== undefined) parts.push(parseCommentKeys(source, fence.comment));
  for (const part of parts) reportFault(part, findings);
  return parts.flatMap((part) => part.keys);
}

/** The keys of a comment that stands above something that is no fence. */
export function readCommentKeys(source: Source, comment: Range, findings: Findings): readonly Key[] {
  const parsed = parseCommentKeys(source, comment);
  reportFault(parsed, findings);
  return parsed.keys;
}

function reportFault({ fault }: ParsedKeys, findings: Findings): void {
  if (fault !== undefined) findings.add("LI005", fault.range, fault.message, fault.hint);
}

/** Judge keys for the role of their block and read their values. What cannot be read is reported and left out. */
export function readSettings(keys: readonly Key[], role: Role, findings: Findings): Settings {
  const settings: Settings = {};
  const seen = new Set<string>();
  for (const key of keys) {
    if (seen.has(key.name)) {
      findings.add("LI009", key.range, `\`${key.name}\` is given twice, expected it once`, "remove one of the two");
    } else applyKey(key, role, settings, findings);
    seen.add(key.name);
  }
  reportModes(keys, findings);
  reportContradictions(keys, role, findings);
  return settings;
}

function applyKey(key: Key, role: Role, settings: Settings, findings: Findings): void {
  const row = Object.hasOwn(KEYS, key.name) ? KEYS[key.name] : undefined;
  if (row === undefined) {
    reportUnknown(key, role, findings);
    return;
  }
  if (!row.on.includes(role)) {
    const message = `\`${key.name}\` has no meaning on ${ROLE_NAMES[role]}, expected ${keysOf(role)}`;
    findings.add("LI007", key.range, message, hintForMisplaced(key, role));
    return;
  }
  const isFlag = row.expected === undefined;
  if (isFlag && key.value !== undefined) {
    const message = `\`${key.name}\` has the value \`${key.value}\`, expected none`;
    findings.add("LI008", key.range, message, `write \`${key.name}\` alone`);
    return;
  }
  const found = key.value === undefined ? "no value" : `\`${key.value}\``;
  const result = !isFlag && key.value === undefined ? false : row.set(settings, key.value ?? "");
  if (result === false) {
    const message = `\`${key.name}\` has ${found}, expected ${row.expected}`;
    findings.add(row.code ?? "LI008", key.range, message, exampleOf(key.name));
  } else if (result !== true) findings.add(result.code, key.range, result.message, result.hint);
}

function reportUnknown(key: Key, role: Role, findings: Findings): void {
  const near = suggest(key.name, Object.keys(KEYS));
  const hint = near === undefined ? `${ROLE_NAMES[role]} takes ${keysOf(role)}` : `did you mean \`${near}\`?`;
  findings.add("LI006", key.range, `Unknown key \`${key.name}\`, expected ${keysOf(role)}`, hint);
}

function keysOf(role: Role): string {
  const names = Object.entries(KEYS).filter(([, row]) => row.on.includes(role));
  return names.map(([name]) => `\`${name === "id" ? "#id" : name}\``).join(", ");
}

function hintForMisplaced(key: Key, role: Role): string {
  const takers = (KEYS[key.name]?.on ?? []).map((taker) => ROLE_NAMES[taker]);
  if (role === "transcript" && key.name === "exit") return "write `[N]` as the last line of the command's output";
  return `it belongs on ${takers.join(" or ")}`;
}

const EXAMPLES: Readonly<Record<string, string>> = {
  file: "`file=reviews.yaml`",
  background: "`background=proxy`",
  distribution: '`distribution="60 30 10"`',
  if: '`if="command -v helm"`',
  like: "`like=kubectl`",
  mode: "`mode=type`",
  ready: '`ready="port 8001"`, `ready="http http://localhost:8001/healthz"` or `ready="line /Starting to serve/"`',
  skip: '`skip="needs an account"`',
  stop: "`stop=proxy`",
  target: '`target="sandbox live"`',
};

function exampleOf(name: string): string {
  return `for example ${EXAMPLES[name] ?? `\`${name}=${name === "times" ? "3" : name === "exit" ? "1" : "…"}\``}`;
}

const MODE_KEYS = ["contains", "distribution", "exact", "json", "like", "not", "unordered", "yaml"];

/** Two modes of one expectation contradict each other; `unordered` is about the arrays of `json` and `yaml`, too. */
function reportModes(keys: readonly Key[], findings: Findings): void {
  const hasArrays = keys.some((key) => key.name === "json" || key.name === "yaml");
  const modes = keys.filter((key) => MODE_KEYS.includes(key.name) && !(hasArrays && key.name === "unordered"));
  const second = modes[1];
  if (second === undefined || modes[0]?.name === second.name) return;
  const message = `\`${second.name}\` stands beside \`${modes[0]?.name}\`, expected one of them`;
  findings.add("LI009", second.range, message, "write a second output for the second rule");
}

/** What cannot stand beside a key on one block, and why. `mode` stands for `mode=type` here. */
const CONTRADICTIONS: readonly (readonly [key: string, other: string, why: string])[] = [
  ["background", "exit", "its end is wanted, so no status of it is expected"],
  ["background", "tty", "the terminal belongs to the blocks that follow"],
  ["background", "stream", "nothing compares what it prints"],
  ["background", "stop", "it goes on when the block it would stop should end"],
  ["background", "mode", "what a learner types runs in the foreground"],
  ["hidden", "mode", "nobody can type what nobody sees"],
];

/** Of keys that have a meaning on their block: the others are reported as such. */
function reportContradictions(keys: readonly Key[], role: Role, findings: Findings): void {
  const written = keys.filter(({ name, value }) => {
    return Object.hasOwn(KEYS, name) && KEYS[name]?.on.includes(role) === true && (name !== "mode" || value === "type");
  });
  const find = (name: string) => written.find((key) => key.name === name);
  for (const [key, other, why] of CONTRADICTIONS) {
    const second = find(other);
    if (second === undefined || find(key) === undefined) continue;
    const name = second.name === "mode" ? "mode=type" : second.name;
    findings.add("LI041", second.range, `\`${name}\` stands beside \`${key}\`, expected one of them`, why);
  }
  const ready = find("ready");
  if (ready !== undefined && find("background") === undefined) {
    const message = "`ready` stands without `background`, expected both";
    findings.add("LI041", ready.range, message, 'for example `background=proxy ready="port 8001"`');
  }
}
