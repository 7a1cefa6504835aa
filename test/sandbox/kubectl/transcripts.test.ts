import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { findClients } from "../../support/clients.ts";
import { replay } from "../../support/replay.ts";
import { parseTranscript } from "../../support/transcript.ts";
import { FORMS } from "./forms.ts";

const root = path.join(import.meta.dirname, "transcripts");
const fixtures = path.resolve(import.meta.dirname, "../../../fixtures/sandbox/kubectl");
const clients = findClients("kubectl");
const names = readdirSync(root).filter((name) => name.endsWith(".txt"));

// Which clients there were is part of what a green run says.
console.log(`transcripts: ${names.length} files with ${clients.map((client) => client.name).join(", ")}`);

describe.each(clients)("$name", (client) => {
  test.concurrent.each(names)("%s", async (name) => {
    expect(await replay(path.join(root, name), client, { fixtures })).toBe("");
  });
});

test("every row and form of the command table has a command in a transcript, for the oldest and the newest client", () => {
  for (const version of [
    [1, 24],
    [1, 35],
  ] as const) {
    const client = { name: "any", file: "any", version };
    const said = names.flatMap((name) =>
      parseTranscript(readFileSync(path.join(root, name), "utf8"), client).map((one) => one.command),
    );
    const missing = FORMS.filter(({ since = 0, command }) => {
      return since <= version[1] && !said.some((line) => command.test(line));
    });
    expect(missing.map(({ row, command }) => `${row}: ${command.source}`)).toEqual([]);
  }
});
