import { codePointName, findHidden } from "../../text/index.ts";
import { placeOf } from "../source.ts";
import { bash, placeIn, type Rule } from "./rule.ts";

/** Direction marks make a text read other than it runs; they have no place anywhere in a lesson. */
const BIDIRECTIONAL = /[\u202A-\u202E\u2066-\u2069]/g;
export const hiddenCharacters: Rule = {
  name: "hidden-characters",
  code: "LI508",
  good: [bash("echo 'é 日本 🚀'"), "A family: 👨‍👩‍👧\u00A0here.\n"],
  bad: [
    bash("echo a\u00A0b"),
    bash("echo a\u200Bb"),
    "Prose \u202Ebackwards.\n",
    bash("echo \0"),
    bash("echo a\u{E0041}b"),
  ],
  find({ source, scripts, report }) {
    for (const match of source.text.matchAll(BIDIRECTIONAL)) {
      const place = placeOf(source, { start: match.index, end: match.index + 1 });
      report(place, `${codePointName(match[0])} turns the direction of the text, expected none`, "remove it");
    }
    for (const line of scripts.flatMap((script) => script.lines)) {
      // Direction marks are found above, wherever they stand; a carriage return belongs to its line end.
      for (const { at, character } of findHidden(line.text)) {
        if (character === "\r" || /[\u202A-\u202E\u2066-\u2069]/.test(character)) continue;
        report(
          placeIn(line, at, character.length),
          `${codePointName(character)} cannot be seen, expected none in a command`,
          "type the line anew",
        );
      }
    }
  },
};
