import { columnsOf } from "../../text/index.ts";

const IDEOGRAPH = /[\u2E80-\uA4CF\uF900-\uFAFF\uFE30-\uFE4F\uFF01-\uFF60\u{20000}-\u{3FFFD}]/u;
/** What may not begin a line, and what may not end one. */
const CLOSING = /[、。，．！？：；）」』】〉》〕］｝ー々ぁぃぅぇぉっゃゅょァィゥェォッャュョ]/u;
const OPENING = /[（「『【〈《〔［｛]/u;

/**
 * Chinese and Japanese have no blanks between words: a line may break after nearly every sign. A word with such signs that
 * does not fit on its line is broken there; every other text stays as it is.
 */
export function breakIdeographs(text: string, columns: number): string {
  if (!IDEOGRAPH.test(text)) return text;
  return text
    .split("\n")
    .map((line) => (IDEOGRAPH.test(line) ? breakLine(line, columns) : line))
    .join("\n");
}

function breakLine(line: string, columns: number): string {
  let out = "";
  let used = 0;
  const put = (piece: string, gap: "" | " "): void => {
    const width = columnsOf(piece);
    const fits = used + gap.length + width <= columns;
    out += used > 0 && !fits ? `\n${piece}` : gap + piece;
    used = used > 0 && !fits ? width : used + gap.length + width;
  };
  for (const [index, word] of line.trim().split(" ").entries()) {
    for (const [part, piece] of piecesOf(word).entries()) put(piece, index > 0 && part === 0 ? " " : "");
  }
  return out;
}

/** The parts between which a line may break. */
function piecesOf(word: string): string[] {
  if (!IDEOGRAPH.test(word)) return [word];
  const pieces: string[] = [];
  let before = "";
  for (const sign of word) {
    const isApart = IDEOGRAPH.test(sign) || IDEOGRAPH.test(before);
    const joins = pieces.length > 0 && (!isApart || CLOSING.test(sign) || OPENING.test(before));
    if (joins) pieces[pieces.length - 1] += sign;
    else pieces.push(sign);
    before = sign;
  }
  return pieces;
}
