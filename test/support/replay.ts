import { readFileSync } from "node:fs";
import path from "node:path";
import { startClientMachine } from "./client-machine.ts";
import type { Client } from "./clients.ts";
import { differenceOf, parseTranscript } from "./transcript.ts";

/**
 * Run a transcript's commands on a machine of its own, with copies of `fixtures` beside them: every way in which what they
 * did is not what the transcript says. `client` is whose versions count; `others` are there too.
 */
export async function replay(
  file: string,
  client: Client,
  { fixtures, others = [] }: { readonly fixtures: string; readonly others?: readonly Client[] },
): Promise<string> {
  const commands = parseTranscript(readFileSync(file, "utf8"), client);
  const machine = await startClientMachine([client, ...others], fixtures);
  const differences: string[] = [];
  try {
    for (const expected of commands) {
      const difference = differenceOf(expected, await machine.run(expected.command));
      if (difference !== undefined) differences.push(difference);
    }
  } finally {
    await machine.stop();
  }
  return [...differences, ...machine.faults.map((fault) => `the server logged: ${fault}`)]
    .map((one) => `${path.basename(file)} with ${client.name}, ${one}`)
    .join("\n");
}
