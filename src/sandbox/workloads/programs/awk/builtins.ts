import { Failure } from "../../process.ts";
import { toRegExp } from "../pattern.ts";
import { printf } from "../printf.ts";
import { splitFields } from "./record.ts";
import type { Runtime } from "./runtime.ts";
import type { Expr, Place } from "./syntax.ts";
import { isNumeric, Outside, toNumber, toText, type Value } from "./values.ts";

/** What awk's `printf` and `sprintf` make; a number for `%c` is a character's code. */
export function formatAwk(values: readonly Value[]): string {
  const [format = "", ...rest] = values;
  const kinds = [...toText(format).matchAll(/%%|%[-+ #0]*(?:\*|\d+)?(?:\.(?:\*|\d+))?([a-zA-Z])/g)].flatMap((one) =>
    one[1] ? [one[1]] : [],
  );
  const args = rest.map((value, index) => {
    const kind = kinds[index] ?? "s";
    if (kind === "c")
      return isNumeric(value) && !(value instanceof Outside) ? String.fromCodePoint(toNumber(value)) : toText(value);
    if (kind === "s") return toText(value);
    return /[di]/.test(kind) ? String(Math.trunc(toNumber(value))) : String(toNumber(value));
  });
  // Escapes were done when the program was read: what is left of them is text.
  const text = toText(format).replaceAll("\\", "\\\\").replaceAll(/%i/g, "%d");
  const missing = Array.from({ length: Math.max(0, kinds.length - args.length) }, () => "");
  return printf([text, ...args.slice(0, kinds.length), ...missing], 0).text;
}

type Args = readonly Expr[];
type AwkFunction = (
  args: Args,
  awk: Runtime & { readonly files: { close(name: string): Promise<number> } },
) => Promise<Value>;

const number = async (awk: Runtime, expr: Expr | undefined): Promise<number> =>
  expr ? toNumber(await awk.evaluate(expr)) : 0;
const text = async (awk: Runtime, expr: Expr | undefined): Promise<string> =>
  expr ? awk.text(await awk.evaluate(expr)) : "";
const math =
  (calculate: (value: number) => number): AwkFunction =>
  async ([of], awk) =>
    calculate(await number(awk, of));

/** `sub` and `gsub`. */
const substitute =
  (isGlobal: boolean): AwkFunction =>
  async ([pattern, to, place], awk) => {
    if (!pattern) throw new Failure("sub: too few arguments", 2);
    const target = (place ?? { kind: "field", number: { kind: "number", value: 0 } }) as Place;
    const replacement = await text(awk, to);
    const regex = toRegExp((await awk.pattern(pattern)).source, isGlobal ? "g" : "");
    let count = 0;
    const before = awk.text(await awk.evaluate(target));
    const after = before.replace(regex, (match) => {
      count += 1;
      return replacement.replaceAll(/\\\\|\\&|&/g, (one) => (one === "&" ? match : one.slice(1)));
    });
    if (count > 0) await awk.set(target, after);
    return count;
  };

const FUNCTIONS: Readonly<Record<string, AwkFunction>> = {
  atan2: async ([y, x], awk) => Math.atan2(await number(awk, y), await number(awk, x)),
  close: async ([name], awk) => awk.files.close(await text(awk, name)),
  cos: math(Math.cos),
  exp: math(Math.exp),
  fflush: async () => 0,
  gsub: substitute(true),
  index: async ([of, part], awk) => (await text(awk, of)).indexOf(await text(awk, part)) + (part ? 1 : 0),
  int: math(Math.trunc),
  length: async ([of], awk) => {
    if (!of) return awk.record.text.length;
    if (of.kind === "variable") {
      const size = awk.sizeOf(of.name);
      if (size !== undefined) return size;
    }
    return [...(await text(awk, of))].length;
  },
  log: math(Math.log),
  match: async ([of, pattern], awk) => {
    const found = pattern ? (await awk.pattern(pattern)).exec(await text(awk, of)) : null;
    awk.setVariable("RSTART", found ? found.index + 1 : 0);
    awk.setVariable("RLENGTH", found ? found[0].length : -1);
    return found ? found.index + 1 : 0;
  },
  rand: async (_args, awk) => awk.random(),
  sin: math(Math.sin),
  split: async ([of, list, separator], awk) => {
    if (list?.kind !== "variable") throw new Failure("split: second argument is no array", 2);
    const by =
      separator === undefined
        ? toText(awk.variable("FS"))
        : separator.kind === "regex"
          ? awk.regex(separator.source)
          : await text(awk, separator);
    const parts = splitFields(await text(awk, of), by);
    const target = awk.list(list.name);
    target.clear();
    for (const [index, part] of parts.entries()) target.set(String(index + 1), new Outside(part));
    return parts.length;
  },
  sprintf: async (args, awk) => {
    const values: Value[] = [];
    for (const arg of args) values.push(await awk.evaluate(arg));
    return formatAwk(values);
  },
  sqrt: math(Math.sqrt),
  srand: async ([seed], awk) => {
    const before = awk.seed;
    awk.seed = seed ? await number(awk, seed) : Math.floor(awk.process.machine.now() / 1000);
    let state = awk.seed >>> 0;
    awk.random = () => {
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
      return state / 2 ** 32;
    };
    return before;
  },
  sub: substitute(false),
  substr: async ([of, from, count], awk) => {
    const chars = [...(await text(awk, of))];
    const start = Math.round(await number(awk, from));
    const end = count ? start + Math.round(await number(awk, count)) : Number.POSITIVE_INFINITY;
    return chars.slice(Math.max(0, start - 1), Math.max(0, end - 1)).join("");
  },
  system: async ([command], awk) => awk.process.spawn(["sh", "-c", await text(awk, command)]),
  systime: async (_args, awk) => Math.floor(awk.process.machine.now() / 1000),
  tolower: async ([of], awk) => (await text(awk, of)).toLowerCase(),
  toupper: async ([of], awk) => (await text(awk, of)).toUpperCase(),
};

/** Calls what awk itself knows. */
export function callBuiltin(name: string, args: Args, awk: Parameters<AwkFunction>[1]): Promise<Value> {
  const found = Object.hasOwn(FUNCTIONS, name) ? FUNCTIONS[name] : undefined;
  if (!found) throw new Failure(`calling undefined function ${name}`, 2);
  return found(args, awk);
}
