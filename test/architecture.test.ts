import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";

const src = path.resolve(import.meta.dirname, "../src");

/** Room → the rooms it may import. A row is a decision: change it together with the code that needs it. */
const IMPORTS: Readonly<Record<string, readonly string[]>> = {
  text: [],
  files: [],
  diagnostics: ["text"],
  expect: ["diagnostics", "text"],
  lesson: ["expect", "diagnostics", "text"],
  shell: ["files", "diagnostics", "text"],
  run: ["lesson", "expect", "shell", "diagnostics", "text"],
  progress: ["run", "lesson", "files", "diagnostics", "text"],
  report: ["run", "lesson", "expect", "diagnostics", "text"],
  workshop: ["progress", "run", "files", "diagnostics"],
  target: ["sandbox", "lesson", "files", "diagnostics", "text"],
  sandbox: ["sandbox/*", "files", "diagnostics", "text"],
  "sandbox/objects": [],
  "sandbox/kinds": ["sandbox/objects"],
  "sandbox/store": ["sandbox/objects", "sandbox/kinds"],
  "sandbox/patch": ["sandbox/objects", "sandbox/kinds"],
  "sandbox/bytes": [],
  "sandbox/metallb": ["sandbox/objects"],
  "sandbox/network": ["sandbox/objects", "sandbox/metallb"],
  "sandbox/api": [
    "sandbox/objects",
    "sandbox/kinds",
    "sandbox/store",
    "sandbox/patch",
    "sandbox/bytes",
    "sandbox/network",
  ],
  "sandbox/control": ["sandbox/objects", "sandbox/kinds", "sandbox/store", "sandbox/metallb"],
  "sandbox/seed": ["sandbox/objects", "sandbox/kinds", "sandbox/control"],
  "sandbox/istio": ["sandbox/objects", "sandbox/patch", "sandbox/control", "sandbox/mesh"],
  "sandbox/mesh": ["sandbox/objects"],
  "sandbox/proxies": ["sandbox/objects", "sandbox/store", "sandbox/network", "sandbox/mesh"],
  "sandbox/admission": ["sandbox/objects", "sandbox/kinds", "sandbox/store", "sandbox/api"],
  "sandbox/webhooks": [
    "sandbox/objects",
    "sandbox/kinds",
    "sandbox/store",
    "sandbox/api",
    "sandbox/metallb",
    "sandbox/istio",
  ],
  "sandbox/workloads": [
    "sandbox/objects",
    "sandbox/store",
    "sandbox/bytes",
    "sandbox/api",
    "sandbox/control",
    "sandbox/network",
    "sandbox/mesh",
  ],
  "sandbox/traffic": ["sandbox/network"],
  "sandbox/outside": ["sandbox/api", "sandbox/network", "sandbox/workloads", "sandbox/istio"],
  "sandbox/tools": ["sandbox/istio", "diagnostics", "text"],
  cli: ["*"],
};

const files = readdirSync(src, { recursive: true, encoding: "utf8" })
  .filter((file) => file.endsWith(".ts"))
  .map((file) => file.split(path.sep).join("/"))
  .sort();

function roomOf(file: string): string {
  const [first = "", second = ""] = path.posix.dirname(file).split("/");
  return first === "sandbox" && `sandbox/${second}` in IMPORTS ? `sandbox/${second}` : first;
}

function importsOf(file: string): string[] {
  const text = readFileSync(path.join(src, file), "utf8");
  return [...text.matchAll(/(?:from|import)\s*\(?\s*"(\.[^"]+)"/g)].map((match) =>
    path.posix.normalize(path.posix.join(path.posix.dirname(file), match[1] ?? "")),
  );
}

function mayImport(from: string, to: string): boolean {
  return (IMPORTS[from] ?? []).some(
    (row) => row === "*" || row === to || (row === "sandbox/*" && to.startsWith("sandbox/")),
  );
}

test("every file stands in a room of the table", () => {
  expect(files.filter((file) => !(roomOf(file) in IMPORTS))).toEqual([]);
});

test("every room imports only what its row allows", () => {
  const breaches = files.flatMap((file) =>
    importsOf(file)
      .filter((target) => roomOf(target) !== roomOf(file) && !mayImport(roomOf(file), roomOf(target)))
      .map((target) => `${file} → ${target}`),
  );
  expect(breaches).toEqual([]);
});

test("a room is entered through its index", () => {
  const breaches = files.flatMap((file) =>
    importsOf(file)
      .filter((target) => roomOf(target) !== roomOf(file) && !target.endsWith("/index.ts"))
      .map((target) => `${file} → ${target}`),
  );
  expect(breaches).toEqual([]);
});

test("no file imports itself by a cycle", () => {
  const graph = new Map(files.map((file) => [file, importsOf(file)]));
  const done = new Set<string>();
  const cycles: string[] = [];
  const visit = (file: string, trail: readonly string[]): void => {
    if (trail.includes(file)) cycles.push([...trail.slice(trail.indexOf(file)), file].join(" → "));
    else if (!done.has(file)) {
      for (const next of graph.get(file) ?? []) visit(next, [...trail, file]);
      done.add(file);
    }
  };
  for (const file of files) visit(file, []);
  expect(cycles).toEqual([]);
});

test("the README's table of rooms is this table", () => {
  const readme = readFileSync(path.join(src, "../README.md"), "utf8");
  const section = readme.slice(readme.indexOf("| room |"), readme.indexOf("The table is a test"));
  const told = [...section.matchAll(/^\| `([\w/]+)` \|[^|]*\| ?([^|]*) \|$/gm)].map(([, room, row]) => [room, row]);
  const wanted = Object.entries(IMPORTS)
    .filter(([room]) => !room.includes("/"))
    .map(([room, row]) => [
      room,
      row.includes("*") ? "all" : row.filter((one) => !one.startsWith(`${room}/`)).join(", "),
    ]);
  expect(told).toEqual(wanted);
});

test("every function and class that an index exports says what it does", () => {
  const mute = files
    .filter((file) => path.posix.basename(file) === "index.ts")
    .flatMap((file) => {
      const index = readFileSync(path.join(src, file), "utf8");
      return [...index.matchAll(/export \{([^}]*)\} from "\.\/([^"]+)";/g)].flatMap(([, names = "", home = ""]) =>
        names
          .split(",")
          .map((name) => name.trim().split(" as ")[0] ?? "")
          .filter((name) => /^\w+$/.test(name))
          .filter((name) => !isTold(path.posix.join(path.posix.dirname(file), home), name))
          .map((name) => `${file}: ${name}`),
      );
    });
  expect(mute).toEqual([]);
});

/** Whether a docstring stands right above what defines the name; other values than functions and classes pass. */
function isTold(file: string, name: string): boolean {
  const lines = readFileSync(path.join(src, file), "utf8").split("\n");
  const definition = new RegExp(
    `^export (?:async )?(?:function\\*?|class|abstract class) ${name}\\b|^export const ${name}\\b.*=>`,
  );
  const at = lines.findIndex((line) => definition.test(line));
  return at === -1 || lines[at - 1]?.trimEnd().endsWith("*/") === true;
}
