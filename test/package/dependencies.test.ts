import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { subset } from "semver";
import { expect, test } from "vitest";

const root = path.resolve(import.meta.dirname, "../..");
const { engines } = JSON.parse(readFileSync(path.join(root, "package.json"), "utf8")) as { engines: { node: string } };
const { packages } = JSON.parse(readFileSync(path.join(root, "package-lock.json"), "utf8")) as {
  packages: Readonly<Record<string, { engines?: { node?: string }; resolved?: string; license?: string }>>;
};
const locked = Object.entries(packages).filter(([folder]) => folder !== "");

test("every dependency runs on each Node.js that the package promises", () => {
  expect(locked.length).toBeGreaterThan(100);
  expect(
    locked.filter(([, { engines: own }]) => !subset(engines.node, own?.node ?? "*")).map(([name]) => name),
  ).toEqual([]);
});

test("the lockfile names no registry: `npm ci` asks the one that is configured", () => {
  expect(locked.filter(([, { resolved }]) => resolved !== undefined).map(([name]) => name)).toEqual([]);
});

/** What a text says in which a licence gives leave to pass the work on. */
const LEAVE =
  /Permission (?:is hereby granted|to use, copy, modify)|Redistribution and use in source|Apache License\s+Version 2\.0/;

test("what is bundled is named with a text that allows it", () => {
  const texts = readFileSync(path.join(root, "dist/THIRD-PARTY-LICENSES.txt"), "utf8").split(/\n-{80}\n\n/);
  const names = texts.map((text) => text.slice(0, text.lastIndexOf(" ", text.indexOf("\n"))));
  expect(names).toEqual(expect.arrayContaining(["@marcbachmann/cel-js", "ws", "format", "unified", "yaml"]));
  expect(names.filter((_, index) => !LEAVE.test(texts[index] ?? ""))).toEqual([]);
  expect(names.filter((_, index) => !/copyright.*\w/i.test(texts[index] ?? ""))).toEqual([]);
  expect(texts.find((text) => text.startsWith("format "))).toContain("Copyright 2010 - 2014 Sami Samhuri");
});

test("the CommonMark specification's text, which may not be shipped under our licence, is in none of our files", () => {
  const sentence = "Markdown is a plain text format for writing structured documents";
  const spec = readFileSync(path.join(root, "node_modules/commonmark-spec/spec.txt"), "utf8");
  expect(spec.replaceAll(/\s+/g, " ")).toContain(sentence);
  const carrying = ["dist", "lessons"]
    .flatMap((folder) => readdirSync(path.join(root, folder), { recursive: true, withFileTypes: true }))
    .filter((file) => file.isFile())
    .map((file) => path.join(file.parentPath, file.name))
    .filter((file) =>
      readFileSync(file, "utf8")
        .replaceAll(/(?:\s|\\n)+/g, " ")
        .includes(sentence),
    );
  expect(carrying).toEqual([]);
});
