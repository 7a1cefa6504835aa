import { columnsOf } from "../../text/index.ts";

/** Rows of a letter, and blank rows between two lines of them. */
export const LETTER_ROWS = 5;
const GAP_ROWS = 1;

/** Each letter as its five rows from the top; `#` is ink. Small letters look like capitals. */
const LETTERS: Readonly<Record<string, string>> = {
  " ": "... ... ... ... ...",
  "!": "# # # . #",
  '"': "#.# #.# ... ... ...",
  "#": ".#.#. ##### .#.#. ##### .#.#.",
  "%": "#..# ..#. .##. .#.. #..#",
  "&": ".#.. #.#. .#.. #.## .##.",
  "'": "# # . . .",
  "(": ".# #. #. #. .#",
  ")": "#. .# .# .# #.",
  "*": "... #.# .#. #.# ...",
  "+": "... .#. ### .#. ...",
  ",": ".. .. .. .# #.",
  "-": "... ... ### ... ...",
  ".": ". . . . #",
  "/": "...# ..#. ..#. .#.. #...",
  "0": ".##. #..# #..# #..# .##.",
  "1": ".#. ##. .#. .#. ###",
  "2": "###. ...# .##. #... ####",
  "3": "###. ...# .##. ...# ###.",
  "4": "#..# #..# #### ...# ...#",
  "5": "#### #... ###. ...# ###.",
  "6": ".##. #... ###. #..# .##.",
  "7": "#### ...# ..#. .#.. .#..",
  "8": ".##. #..# .##. #..# .##.",
  "9": ".##. #..# .### ...# .##.",
  ":": ". # . # .",
  ";": ".. .# .. .# #.",
  "<": "..# .#. #.. .#. ..#",
  "=": "... ### ... ### ...",
  ">": "#.. .#. ..# .#. #..",
  "?": "###. ...# .##. .... .#..",
  "@": ".###. #.#.# #.### #.... .###.",
  A: ".##. #..# #### #..# #..#",
  B: "###. #..# ###. #..# ###.",
  C: ".### #... #... #... .###",
  D: "###. #..# #..# #..# ###.",
  E: "#### #... ###. #... ####",
  F: "#### #... ###. #... #...",
  G: ".### #... #.## #..# .###",
  H: "#..# #..# #### #..# #..#",
  I: "### .#. .#. .#. ###",
  J: "..## ...# ...# #..# .##.",
  K: "#..# #.#. ##.. #.#. #..#",
  L: "#... #... #... #... ####",
  M: "#...# ##.## #.#.# #...# #...#",
  N: "#...# ##..# #.#.# #..## #...#",
  O: ".##. #..# #..# #..# .##.",
  P: "###. #..# ###. #... #...",
  Q: ".##. #..# #..# #.#. .#.#",
  R: "###. #..# ###. #.#. #..#",
  S: ".### #... .##. ...# ###.",
  T: "##### ..#.. ..#.. ..#.. ..#..",
  U: "#..# #..# #..# #..# .##.",
  V: "#...# #...# #...# .#.#. ..#..",
  W: "#...# #...# #.#.# ##.## #...#",
  X: "#...# .#.#. ..#.. .#.#. #...#",
  Y: "#...# .#.#. ..#.. ..#.. ..#..",
  Z: "#### ..#. .#.. #... ####",
  "[": "## #. #. #. ##",
  "]": "## .# .# .# ##",
  _: ".... .... .... .... ####",
};

/** What a title may be drawn with: a block where the terminal's letters have one. */
export type Ink = "█" | "#";

/**
 * A title drawn in block letters, broken at blanks, as rows within `columns`. Undefined where a letter has no drawing, a
 * word is wider than that, or it would take more than `most` lines of letters: bold type says it then.
 */
export function drawTitle(title: string, columns: number, most: number, ink: Ink): readonly string[] | undefined {
  const words = title.toUpperCase().trim().split(/\s+/);
  if (title.trim() === "" || words.some((word) => [...word].some((letter) => LETTERS[letter] === undefined)))
    return undefined;
  const lines: string[] = [];
  for (const word of words) {
    const last = lines.at(-1);
    if (last !== undefined && widthOf(`${last} ${word}`) <= columns) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  if (lines.length > most || lines.some((line) => widthOf(line) > columns)) return undefined;
  const rows = lines.flatMap((line, at) => [...(at === 0 ? [] : Array<string>(GAP_ROWS).fill("")), ...draw(line)]);
  return rows.map((row) => row.replaceAll("#", ink).replaceAll(".", " ").trimEnd());
}

function draw(line: string): string[] {
  const letters = [...line].map((letter) => (LETTERS[letter] ?? "").split(" "));
  return Array.from({ length: LETTER_ROWS }, (_, row) => letters.map((letter) => letter[row] ?? "").join("."));
}

function widthOf(line: string): number {
  return columnsOf(draw(line)[0] ?? "");
}
