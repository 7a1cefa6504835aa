import type { ParsedFlags } from "../flags.ts";
import type { ToolContext } from "../tool.ts";
import { Failure } from "./failure.ts";

// biome-ignore lint/suspicious/noExplicitAny: objects of the API are walked by path
export type Item = any;

/** The namespace that a command is about: its flag's, else the one of the current context, else `default`. */
export async function namespaceOf({ env }: ToolContext, { values }: ParsedFlags): Promise<string> {
  const named = values.get("namespace");
  if (named) return named;
  if (!env.KUBECONFIG) return "default";
  const [{ readFile }, { parse }] = await Promise.all([import("node:fs/promises"), import("../yaml.ts")]);
  const config: Item = parse(await readFile(env.KUBECONFIG, "utf8").catch(() => ""));
  const contexts: readonly Item[] = config?.contexts ?? [];
  return contexts.find(({ name }) => name === config["current-context"])?.context?.namespace || "default";
}

/** A list of the API, perhaps only what a label selector chooses. Throws `Failure`. */
export async function listed(context: ToolContext, path: string, selector = ""): Promise<readonly Item[]> {
  const query = selector === "" ? "" : `?labelSelector=${encodeURIComponent(selector)}`;
  const { status, body } = await context.api("GET", `${path}${query}`);
  if (status >= 300) throw new Failure(String(body.message));
  return body.items;
}

/** One object of the API. Throws `Failure`, also when it is not there. */
export async function fetched(context: ToolContext, path: string): Promise<Item> {
  const { status, body } = await context.api("GET", path);
  if (status >= 300) throw new Failure(String(body.message));
  return body;
}

/** Columns as Go's tabwriter sets them: each as wide as its widest cell, and `gap` blanks more. */
export function tabbed(rows: readonly (readonly string[])[], gap = 1): string {
  const widths = (rows[0] ?? []).map((_, index) => Math.max(...rows.map((row) => [...(row[index] ?? "")].length)));
  const line = (row: readonly string[]): string =>
    row
      .map((cell, index) =>
        index === row.length - 1 ? cell : cell + " ".repeat((widths[index] ?? 0) + gap - [...cell].length),
      )
      .join("");
  return rows.map((row) => `${line(row)}\n`).join("");
}
