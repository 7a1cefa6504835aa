import { suggest } from "../text/index.ts";
import type { Fence } from "./fence.ts";
import type { Findings } from "./findings.ts";
import { KEYS, type Role, type Settings, UNSUPPORTED } from "./key-table.ts";
import { type Key, parseCommentKeys, parseInfoKeys } from "./keys.ts";
import type { Source } from "./source.ts";

const ROLE_NAMES: Readonly<Record<Role, string>> = {
  cleanup: "a cleanup",
  command: "a command",
  diagnosis: "a check's diagnosis",
  file: "a file",
  inert: "a block that does not run",
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
  for (const { fault } of parts) {
    if (fault !== undefined) findings.add("LI005", fault.range, fault.message, fault.hint);
  }
  return parts.flatMap((part) => part.keys);
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
  return settings;
}

function applyKey(key: Key, role: Role, settings: Settings, findings: Findings): void {
  if (isUnsupported(key)) {
    const written = key.name === "mode" ? `mode=${key.value}` : key.name;
    findings.add("LI011", key.range, `\`${written}\` is not supported by this version`, "remove the block or the key");
    return;
  }
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
  } else if ((!isFlag && key.value === undefined) || !row.set(settings, key.value ?? "")) {
    const found = key.value === undefined ? "no value" : `\`${key.value}\``;
    findings.add(
      row.code ?? "LI008",
      key.range,
      `\`${key.name}\` has ${found}, expected ${row.expected}`,
      exampleOf(key.name),
    );
  }
}

function isUnsupported(key: Key): boolean {
  return UNSUPPORTED.has(key.name) || (key.name === "mode" && key.value === "type");
}

function reportUnknown(key: Key, role: Role, findings: Findings): void {
  const near = suggest(key.name, [...Object.keys(KEYS), ...UNSUPPORTED]);
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
  distribution: '`distribution="60 30 10"`',
  if: '`if="command -v helm"`',
  like: "`like=kubectl`",
  skip: '`skip="needs an account"`',
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
