import type { Block } from "./blocks.ts";
import type { Findings } from "./findings.ts";
import type { Range } from "./source.ts";

/** A `<details>` of ours with what stands in it. Any other `<details>` is prose, and its blocks are like all others. */
export interface Group {
  readonly kind: "check" | "hint" | "solution";
  readonly title: string;
  readonly summary: Range;
  /** From `<details>` to `</details>`. */
  readonly range: Range;
  /** What stands between the summary and `</details>`. */
  readonly body: Range;
  readonly blocks: readonly Plain[];
}

type Plain = Extract<Block, { kind: "heading" | "fence" | "task" }>;
export type Element = Plain | { readonly kind: "group"; readonly group: Group; readonly range: Range };

type Tag = Extract<Block, { kind: "open" | "close" | "summary" }>;

interface OpenDetails {
  readonly tag: Tag;
  readonly elements: Element[];
  summary: Tag | undefined;
}

/**
 * Pair `<details>` tags of one level and recognise ours by their summaries. A page's `Hint` or `Solution` is ours only
 * where the page has checks: other people's pages use the words too.
 */
export function readGroups(blocks: readonly Block[], isLesson: boolean, findings: Findings): readonly Element[] {
  const isOurs = isLesson || blocks.some((block) => block.kind === "summary" && isCheck(block.text ?? ""));
  const root: Element[] = [];
  const open: OpenDetails[] = [];
  for (const block of blocks) {
    const top = open.at(-1);
    if (block.kind === "open") open.push({ tag: block, elements: [], summary: undefined });
    else if (block.kind === "summary") takeSummary(block, top, findings);
    else if (block.kind === "close") closeDetails(block, { open, root, isOurs, findings });
    else (top?.elements ?? root).push(block as Plain);
  }
  for (const details of open) {
    findings.add("LI018", details.tag.range, "`<details>` has no end, expected `</details>` at the same level");
    root.push(...details.elements);
  }
  return root;
}

function takeSummary(tag: Tag, top: OpenDetails | undefined, findings: Findings): void {
  if (tag.text === undefined) {
    findings.add("LI018", tag.range, "`<summary>` has no end, expected `</summary>` before the next empty line");
  } else if (top === undefined || top.summary !== undefined || top.elements.length > 0) {
    const message = `The summary \`${tag.text}\` does not follow its \`<details>\`, expected it directly after`;
    findings.add("LI020", tag.range, message, "write `<details>` and `<summary>` on two lines in a row");
  } else top.summary = tag;
}

interface Pairing {
  readonly open: OpenDetails[];
  readonly root: Element[];
  readonly isOurs: boolean;
  readonly findings: Findings;
}

function closeDetails(tag: Tag, { open, root, isOurs, findings }: Pairing): void {
  const details = open.at(-1);
  if (details === undefined || details.tag.level !== tag.level) {
    const message = "`</details>` ends nothing, expected a `<details>` before it at the same level";
    findings.add("LI018", tag.range, message, "begin and end it in the same list item or quote");
    return;
  }
  open.pop();
  const parent = open.at(-1)?.elements ?? root;
  const kind = kindOfSummary(details.summary, isOurs, findings);
  if (kind === undefined || details.summary === undefined) parent.push(...details.elements);
  else {
    const range = { start: details.tag.range.start, end: tag.range.end };
    const body = { start: details.summary.range.end, end: tag.range.start };
    const title = titleOf(kind, details.summary.text ?? "");
    const own = plainOnly(details.elements, title, findings);
    parent.push({
      kind: "group",
      range,
      group: { kind, title, summary: details.summary.range, range, body, blocks: own },
    });
  }
}

function plainOnly(elements: readonly Element[], title: string, findings: Findings): readonly Plain[] {
  return elements.flatMap((element) => {
    if (element.kind !== "group") return [element];
    const message = `\`${element.group.title}\` stands inside \`${title}\`, expected them one after the other`;
    findings.add("LI019", element.range, message, "end the first with `</details>` before the second begins");
    return element.group.blocks;
  });
}

function titleOf(kind: Group["kind"], summary: string): string {
  return kind === "check" ? summary.slice("Check:".length).trim() : summary;
}

function kindOfSummary(tag: Tag | undefined, isOurs: boolean, findings: Findings): Group["kind"] | undefined {
  const text = tag?.text;
  if (tag === undefined || text === undefined) return undefined;
  if (isCheck(text)) return "check";
  if (isOurs && /^Hint\b/.test(text)) return "hint";
  if (isOurs && text === "Solution") return "solution";
  const isNear = isOurs ? /^(?:checks?|chek|cheque|hints?|solutions?)\b/i : /^checks?\s*:/i;
  if (isNear.test(text)) {
    const message = `The summary \`${text}\` is none of ours, expected \`Check: <sentence>\`, \`Hint…\` or \`Solution\``;
    findings.add("LI020", tag.range, message, "write it so, or begin with another word");
  }
  return undefined;
}

function isCheck(text: string): boolean {
  return /^Check:\s*\S/.test(text);
}
