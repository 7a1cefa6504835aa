import { truncateMiddle } from "../../text/index.ts";
import type { DiffLine, ExpectedValue } from "../expectation.ts";
import { showValue, type Value } from "./document.ts";

/** Characters shown of one value. */
const MAX_SHOWN = 120;

export function rowFor(path: string, expected: ExpectedValue, found: Value | undefined, note?: string): DiffLine {
  const row = {
    kind: "value" as const,
    path,
    expected: truncateMiddle(expected.source, MAX_SHOWN),
    found: found === undefined ? undefined : truncateMiddle(showValue(found), MAX_SHOWN),
    place: expected.place,
  };
  return note === undefined ? row : { ...row, note };
}
