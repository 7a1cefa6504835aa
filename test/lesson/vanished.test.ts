import { expect, test } from "vitest";
import { parseLesson } from "../../src/lesson/index.ts";

/** What `lint` says of a page, as `line code`. */
function findingsOf(text: string): readonly string[] {
  return parseLesson("page.md", text).diagnostics.map(({ place, code }) => `${place.line} ${code}`);
}

/**
 * Documents in which a block of commands, or what looks like one to its author, is no block to Markdown, or another than
 * was meant. Each is found: a line whose command silently did not run would be the worst of all.
 */
const VANISHED: readonly (readonly [name: string, text: string, findings: readonly string[]])[] = [
  ["a backtick in an info string", "```bash title=`x`\ntrue\n```\n", ["1 LI001", "3 LI002"]],
  ["a backtick in keys", '```bash {if="test `x`"}\ntrue\n```\n', ["1 LI001", "3 LI002"]],
  ["inline code over three lines", "text\n```bash true```\n", ["2 LI001"]],
  [
    "right under a summary",
    "<details>\n<summary>More</summary>\n```bash\ntrue\n```\n\n</details>\n",
    ["3 LI001", "5 LI001"],
  ],
  ["on the line of a summary", "<details><summary>More</summary>```bash\ntrue\n```\n\n</details>\n", ["3 LI001"]],
  ["right under a tag", "<div>\n```bash\ntrue\n```\n</div>\n", ["2 LI001", "4 LI001"]],
  ["right under a closing tag", "<p>\n\ntext\n\n</p>\n```bash\ntrue\n```\n", ["6 LI001", "8 LI001"]],
  ["right under a line of a script", "<script>\n\n```bash\ntrue\n```\n\n</script>\n", ["3 LI001", "5 LI001"]],
  ["in a pre", "<pre>\n\n```bash\ntrue\n```\n\n</pre>\n", ["3 LI001", "5 LI001"]],
  ["in a textarea", "<textarea>\n\n```bash\ntrue\n```\n</textarea>\n", ["3 LI001", "5 LI001"]],
  ["in a processing instruction", "<?x\n\n```bash\ntrue\n```\n?>\n", ["3 LI001", "5 LI001"]],
  ["in a declaration", "<!X\n```bash\ntrue\n```\n>\n", ["2 LI001", "4 LI001"]],
  ["in CDATA", "<![CDATA[\n```bash\ntrue\n```\n]]>\n", ["2 LI001", "4 LI001"]],
  ["behind a comment on its line", "<!-- x --> ```bash\ntrue\n```\n", ["1 LI001", "3 LI002"]],
  ["in a comment", "<!--\n```bash\ntrue\n```\n-->\n", ["2 LI512"]],
  ["cut by the end of a comment", "<!--\n```bash\ncat <<X\n-->\nX\n```\n", ["2 LI001", "6 LI002"]],
  ["cut by the end of a comment, hidden", "<!--\n```bash {hidden}\ncat <<X\n-->\nX\n```\n", ["2 LI001", "6 LI002"]],
  ["cut by the end of a comment, inside a line", "<!--\n```bash\necho '-->'\n```\n-->\n", ["2 LI001", "4 LI002"]],
  ["in a comment that has no end", "text\n\n<!-- note\n\n```bash\ntrue\n```\n", ["3 LI033", "5 LI512"]],
  ["in a comment that details cut short", "<details>\n<!-- note\n\n```bash\ntrue\n```\n-->\n</details>\n", ["2 LI033"]],
  ["a list that ends inside it", "- item\n\n  ```bash\n  true\nfalse\n  ```\n", ["3 LI002", "6 LI002"]],
  ["a list that ends before its end", "1. item\n\n   ```bash\n   true\n```\n", ["3 LI002", "5 LI002"]],
  ["a quote that ends inside it", "> ```bash\n> true\nfalse\n> ```\n", ["1 LI002", "4 LI002"]],
  ["a quote that ends before its end", "> ```bash\n> true\n```\n", ["1 LI002", "3 LI002"]],
  ["no end", "```bash\ntrue\n", ["1 LI002"]],
  ["no end in a list", "- ```bash\n  true\n\ntext\n", ["1 LI002"]],
  ["no end in a quote", "> ```bash\n> true\n\ntext\n", ["1 LI002"]],
  ["an end that is too short", "````bash\ntrue\n```\n", ["1 LI002"]],
  ["an end of the other marker", "```bash\ntrue\n~~~\n\n~~~bash\nfalse\n~~~\n", ["1 LI002"]],
  ["an end with a word", "```bash\ntrue\n``` end\n\n```bash\nfalse\n```\n", ["3 LI003"]],
  ["an end on the line of the command", "```bash\ntrue ```\n\n```bash\nfalse\n```\n", ["4 LI003"]],
  ["tildes without an end", "~~~bash\ntrue\n```\n", ["1 LI002"]],
  ["indented by four", "    ```bash\n    true\n    ```\n", ["1 LI511"]],
  ["indented by a tab", "text\n\n\t```bash\n\ttrue\n\t```\n", ["3 LI511"]],
  ["indented by four under a line of text", "text\n    ```bash\n    true\n    ```\n", ["2 LI001", "4 LI001"]],
  [
    "indented too little for its list",
    "10. item\n\n    text\n\n        ```bash\n        true\n        ```\n",
    ["5 LI511"],
  ],
  ["in a link definition", "[x]:\n```bash\ntrue\n", ["2 LI002"]],
  ["in a link's text", "[text\n```bash `x`\n](y)\n", ["2 LI001"]],
  ["in a footnote", "text[^1]\n\n[^1]: some note\n\n    ```bash\n    true\n    ```\n", ["5 LI001", "7 LI001"]],
  ["in a footnote of one word", "text[^1]\n\n[^1]: note\n\n    ```bash\n    true\n    ```\n", ["5 LI001", "7 LI001"]],
  ["in a table's cell", "| a | b |\n| - | - |\n| ```bash | true ``` |\n", ["3 LI001"]],
  ["as a table's row without bars", "| a | b |\n| - | - |\n```bash `x` | y\n", ["3 LI001"]],
  ["in a heading that is underlined", "text\n``` `x`\n===\n", ["2 LI001"]],
  ["behind the mark of a heading", "# ```bash\ntrue\n```\n", ["3 LI002"]],
  ["behind a mark that is no list", "-```bash\ntrue\n```\n", ["3 LI002"]],
  ["escaped", "\\```bash\ntrue\n```\n", ["3 LI002"]],
  ["in a table's later cell", "| a | b |\n| - | - |\n| c | ~~~sh |\n", ["3 LI001"]],
  ["behind a footnote's name", "text[^a]\n\n[^a]: ```bash\n    true\n    ```\n", ["3 LI001", "5 LI001"]],
  ["in a footnote's text", "text[^a]\n\n[^a]: some text\n```x `bash`\n", ["4 LI001"]],
  ["one backtick", "`bash\ntrue\n`\n", ["1 LI001"]],
  ["two backticks and keys", "``bash {#id}\ntrue\n``\n", ["1 LI001"]],
  ["two backticks", "``bash\ntrue\n``\n", ["1 LI001"]],
  ["a glued key", "```bash{#id}\ntrue\n```\n", ["1 LI004"]],
  ["a language in capitals", "```BASH\ntrue\n```\n", ["1 LI004"]],
  ["a language written with a reference", "```ba&#115;h\ntrue\n```\n", ["1 LI004"]],
  ["a language after a hard blank", "```\u00A0bash\ntrue\n```\n", ["1 LI004"]],
  ["a language after a character of no width", "```\u200Bsh\ntrue\n```\n", ["1 LI004"]],
  ["full-width backticks", "｀｀｀bash\ntrue\n｀｀｀\n", ["1 LI001"]],
  ["quotation marks for backticks", "'''bash\ntrue\n'''\n", ["1 LI001"]],
];

test.each(VANISHED)("%s", (_, text, findings) => {
  expect(findingsOf(text)).toEqual(findings);
});

/** The other side: these are blocks, on GitHub and here. */
const SHOWN: readonly (readonly [name: string, text: string])[] = [
  ["after an open inline code", "`a\n```bash\ntrue\n```\nb`\n"],
  ["under a comment's last line, whatever else it holds", "<!-- x\n--> text\n```bash\ntrue\n```\n"],
  ["in what would have been a link's title", "[x]: /y '\n```bash\ntrue\n```\n'\n"],
  ["under a tag that is no block's", "<b>\n\n```bash\ntrue\n```\n\n</b>\n"],
  ["between the rows of a table", "| a |\n| - |\n```bash\ntrue\n```\n"],
  ["under an empty comment", "<!-->\n\n```bash\ntrue\n```\n"],
  ["tildes with backticks in the info string", '~~~bash {if="test `id -u` -ge 0"}\ntrue\n~~~\n'],
  ["three blanks from the margin", "   ```bash\n   true\n   ```\n"],
  ["with a longer end", "```bash\ntrue\n`````\n"],
  ["a blank before the language", "``` bash\ntrue\n```\n"],
  ["with a tab after it", "```\tbash\t\ntrue\n```\t\n"],
  ["directly after a list's mark", "- ```bash\n  true\n  ```\n"],
  ["in a quote in a list", "1. > ```bash\n   > true\n   > ```\n"],
];

test.each(SHOWN)("a block: %s", (_, text) => {
  const { lesson, diagnostics } = parseLesson("page.md", text);
  expect(diagnostics).toEqual([]);
  expect(lesson?.steps.flatMap((step) => step.commands.map(({ source }) => source))).toEqual(["true"]);
});

/** Inline code with three marks is legal, and no block was meant. */
test.each([
  "text ``` a ` b ``` text\n",
  "| a | b |\n| - | - |\n| ``` `x` ``` | ~~~y~~~ |\n",
  "`bash` and `sh`\n",
  "'shell'\n",
  "The language is\n`bash`.\n",
])("no block was meant: %j", (text) => {
  expect(findingsOf(text)).toEqual([]);
});
