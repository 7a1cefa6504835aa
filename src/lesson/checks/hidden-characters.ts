import { placeOf } from "../source.ts";
import { bash, placeIn, type Rule } from "./rule.ts";

/** Direction marks make a text read other than it runs; they have no place anywhere in a lesson. */
const BIDIRECTIONAL = /[\u202A-\u202E\u2066-\u2069]/g;
/** In commands also what cannot be seen or told from a blank: controls, soft hyphen, zero widths, odd blanks. */
const HIDDEN =
  /[\0-\x08\x0B\x0C\x0E-\x1F\x7F-\xA0\xAD\u061C\u115F\u1160\u17B4\u17B5\u180E\u2000-\u200F\u2028\u2029\u202F\u205F-\u2065\u206A-\u206F\u3000\u3164\uFEFF\uFFA0]/g;

export const hiddenCharacters: Rule = {
  name: "hidden-characters",
  code: "LI508",
  good: [bash("echo 'é 日本 🚀'"), "A family: 👨‍👩‍👧\u00A0here.\n"],
  bad: [bash("echo a\u00A0b"), bash("echo a\u200Bb"), "Prose \u202Ebackwards.\n", bash("echo \0")],
  find({ source, scripts, report }) {
    for (const match of source.text.matchAll(BIDIRECTIONAL)) {
      const place = placeOf(source, { start: match.index, end: match.index + 1 });
      report(place, `${nameOf(match[0])} turns the direction of the text, expected none`, "remove it");
    }
    for (const line of scripts.flatMap((script) => script.lines)) {
      for (const match of line.text.matchAll(HIDDEN)) {
        report(
          placeIn(line, match.index, 1),
          `${nameOf(match[0])} cannot be seen, expected none in a command`,
          "type the line anew",
        );
      }
    }
  },
};

function nameOf(character: string): string {
  return `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0")}`;
}
