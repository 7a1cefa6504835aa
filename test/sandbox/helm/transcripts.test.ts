import { readdirSync } from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { findClients } from "../../support/clients.ts";
import { replay } from "../../support/replay.ts";

const root = path.join(import.meta.dirname, "transcripts");
const fixtures = path.resolve(import.meta.dirname, "../../../fixtures/sandbox/helm");
const kubectl = findClients("kubectl").slice(-1);
const clients = findClients("helm");

// Without a helm there is nothing to run, which must be seen: `node scripts/fetch-clients.mjs DIR` brings some.
console.log(`helm transcripts: with ${clients.map((client) => client.name).join(", ") || "no helm: skipped"}`);

describe.skipIf(clients.length === 0)("helm", () => {
  const names = readdirSync(root).filter((name) => name.endsWith(".txt"));
  test.concurrent.each(clients.flatMap((client) => names.map((name) => ({ client, name }))))(
    "$client.name: $name",
    async ({ client, name }) => {
      expect(await replay(path.join(root, name), client, { fixtures, others: kubectl })).toBe("");
    },
  );
});
