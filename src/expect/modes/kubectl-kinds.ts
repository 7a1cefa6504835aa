import { PLACEHOLDERS } from "../placeholders.ts";

/** A stretch of a printed line that is compared by its kind. Offsets in the line. */
export interface Span {
  readonly from: number;
  readonly to: number;
  /** The normaliser's name, as the report lists it. */
  readonly label: string;
  /** What else may stand there, in the syntax of `(re)` lines. */
  readonly regex: string;
}

/** A cell of a table: its text, its column's title, and whether the table lists pods. */
export interface Cell {
  readonly text: string;
  readonly column: string;
  readonly isPodTable: boolean;
}

type Normaliser = {
  readonly label: string;
  readonly columns: RegExp;
  /** What a cell must have written in it; the match, or its group `kind`, is compared by kind. */
  readonly written: RegExp;
  readonly regex: string;
  readonly inPodTablesOnly?: true;
};

const AGE = regexOf("age");
const IP = `(?:${regexOf("ip")})`;
/** Hashes of pod templates are decimal numbers in the alphabet that has no vowels (k8s.io/apimachinery, util/rand). */
const HASH = "[4-9bcdf]{6,10}";
/** Five random characters of that alphabet: the end of a generated name. */
const SUFFIX = "[bcdfghjklmnpqrstvwxz2456789]{5}";
const NAMES = /^(?:NAME|OBJECT|POD)$/;
const ADDRESSES = /^(?:(?:CLUSTER|EXTERNAL|INTERNAL)-IP|IP|ADDRESS|ENDPOINTS)$/;

/** The closed list for tables. In a cell the first that fits is used, for addresses and ports at each place that fits. */
const NORMALISERS: readonly Normaliser[] = [
  { label: "ages", columns: /^(?:AGE|LAST SEEN|FIRST SEEN)$/, written: new RegExp(`^(?:${AGE})$`), regex: AGE },
  {
    label: "restarts",
    columns: /^RESTARTS$/,
    written: new RegExp(`^\\d+(?: \\((?:${AGE}) ago\\))?$`),
    regex: `\\d+(?: \\((?:${AGE}) ago\\))?`,
  },
  {
    label: "name suffixes",
    columns: NAMES,
    written: new RegExp(`-(?<kind>${HASH}-${SUFFIX})$`),
    regex: `${HASH}-${SUFFIX}`,
  },
  { label: "name hashes", columns: NAMES, written: /-(?<kind>[4-9bcdf]{8,10})$/, regex: HASH },
  {
    label: "name suffixes",
    columns: NAMES,
    written: new RegExp(`-(?<kind>${SUFFIX})$`),
    regex: SUFFIX,
    inPodTablesOnly: true,
  },
  { label: "IP addresses", columns: ADDRESSES, written: new RegExp(`(?<![\\w.:])${IP}(?![\\w.])`, "g"), regex: IP },
  { label: "node ports", columns: /^PORT\(S\)$/, written: /(?<=\d:)\d+(?=\/)/g, regex: `(?:${regexOf("port")})` },
];

/** The stretches of a cell that are compared by kind; offsets in the cell. */
export function spansOfCell(cell: Cell): readonly Span[] {
  for (const { label, columns, written, regex, inPodTablesOnly } of NORMALISERS) {
    if (!columns.test(cell.column) || (inPodTablesOnly === true && !cell.isPodTable)) continue;
    const matches = written.global ? [...cell.text.matchAll(written)] : [written.exec(cell.text)];
    const spans = matches.flatMap((match) => (match === null ? [] : [spanOf(match, label, regex)]));
    if (spans.length > 0) return spans;
  }
  return [];
}

function spanOf(match: RegExpExecArray, label: string, regex: string): Span {
  const text = match.groups?.kind ?? match[0];
  const to = match.index + match[0].length;
  return { from: to - text.length, to, label, regex };
}

/** What stands outside tables: the last word of an apply line, a resourceVersion of YAML or JSON. */
const LINES: readonly { readonly label: string; readonly written: RegExp; readonly regex: string }[] = [
  {
    label: "created, configured, unchanged",
    written: /^[\w.-]+\/\S+ (?<kind>created|configured|unchanged)(?= \((?:server )?dry run\)$|$)/d,
    regex: "created|configured|unchanged",
  },
  { label: "resource versions", written: /^\s*"?resourceVersion"?: "?(?<kind>\d+)(?="?,?$)/d, regex: "\\d+" },
];

export function spansOfLine(line: string): readonly Span[] {
  return LINES.flatMap(({ label, written, regex }) => {
    const [from, to] = written.exec(line)?.indices?.groups?.kind ?? [];
    return from === undefined || to === undefined ? [] : [{ from, to, label, regex }];
  });
}

function regexOf(name: string): string {
  return PLACEHOLDERS.find((placeholder) => placeholder.name === name)?.regex ?? "";
}
