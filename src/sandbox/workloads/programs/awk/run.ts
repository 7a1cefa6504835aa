import { breathe, Failure, type Process } from "../../process.ts";
import { callBuiltin } from "./builtins.ts";
import { Files } from "./files.ts";
import type { AwkProgram, Expr, Place, Statement } from "./syntax.ts";
import { calculate, compareValues, isTrue, ORDERS, Outside, toNumber, toText, type Value } from "./values.ts";
import { type Frame, Variables } from "./variables.ts";

/** A statement leaves something: a loop, the record, a function, the program. */
class Leave extends Error {
  readonly what: "break" | "continue" | "next" | "nextfile" | "return" | "exit";
  readonly value: Value;

  constructor(what: Leave["what"], value: Value = "") {
    super(what);
    this.what = what;
    this.value = value;
  }
}

const MAX_CALLS = 500;

/** One run of an awk program. */
export class Awk extends Variables {
  readonly files: Files;
  readonly #program: AwkProgram;
  readonly #ranges = new Set<number>();

  constructor(program: AwkProgram, process: Process) {
    super(process);
    this.#program = program;
    this.files = new Files(process);
  }

  /** Runs over the inputs; gives the status. */
  async run(operands: readonly string[]): Promise<number> {
    let code = 0;
    const part = async (body: () => Promise<void>): Promise<boolean> => {
      try {
        await body();
      } catch (error) {
        if (!(error instanceof Leave) || error.what !== "exit") throw error;
        if (error.value !== "") code = toNumber(error.value);
        return false;
      }
      return true;
    };
    const { begin, rules, end } = this.#program;
    const goesOn = await part(async () => {
      for (const body of begin) await this.#block(body);
      if (rules.length > 0 || end.length > 0) {
        this.files.setOperands(operands, this);
        while (await this.nextRecord()) await this.#rules();
      }
    });
    if (goesOn || end.length > 0)
      await part(async () => {
        for (const body of end) await this.#block(body);
      });
    await this.files.closeAll();
    return code;
  }

  /** Reads the main input's next record; false at its end. */
  async nextRecord(): Promise<boolean> {
    const text = await this.files.nextMain(this);
    if (text === undefined) return false;
    this.record.set(text);
    for (const name of ["NR", "FNR"]) this.globals.set(name, toNumber(this.variable(name)) + 1);
    return true;
  }

  async #rules(): Promise<void> {
    try {
      for (const [index, { from, to, body }] of this.#program.rules.entries()) {
        await breathe(this.process.signal);
        let isHit = from === undefined;
        if (from && !to) isHit = isTrue(await this.evaluate(from));
        else if (from && to) {
          isHit = this.#ranges.has(index) || isTrue(await this.evaluate(from));
          if (isHit) this.#ranges.add(index);
          if (isHit && isTrue(await this.evaluate(to))) this.#ranges.delete(index);
        }
        if (isHit)
          await (body ? this.#block(body) : this.process.stdout(`${this.record.text}${toText(this.variable("ORS"))}`));
      }
    } catch (error) {
      if (!(error instanceof Leave) || (error.what !== "next" && error.what !== "nextfile")) throw error;
      if (error.what === "nextfile") this.files.skipMain();
    }
  }

  async #block(body: readonly Statement[]): Promise<void> {
    for (const one of body) await this.#statement(one);
  }

  async #statement(one: Statement): Promise<void> {
    switch (one.kind) {
      case "expr":
        await this.evaluate(one.expr);
        return;
      case "print":
      case "printf":
        return this.files.print(one, this);
      case "block":
        return this.#block(one.body);
      case "if":
        if (isTrue(await this.evaluate(one.test))) await this.#statement(one.then);
        else if (one.otherwise) await this.#statement(one.otherwise);
        return;
      case "while": {
        let isFirst = one.isAfter;
        return this.#loop(
          async () => isFirst || isTrue(await this.evaluate(one.test)),
          async () => {
            isFirst = false;
            await this.#statement(one.body);
          },
        );
      }
      case "for":
        if (one.first) await this.#statement(one.first);
        return this.#loop(
          async () => one.test === undefined || isTrue(await this.evaluate(one.test)),
          () => this.#statement(one.body),
          async () => {
            if (one.step) await this.#statement(one.step);
          },
        );
      case "in": {
        const keys = [...this.list(one.list).keys()];
        return this.#loop(
          async () => {
            const key = keys.shift();
            if (key !== undefined) this.setVariable(one.name, new Outside(key));
            return key !== undefined;
          },
          () => this.#statement(one.body),
        );
      }
      case "delete":
        if (one.index) this.list(one.name).delete(await this.key(one.index));
        else this.list(one.name).clear();
        return;
      case "exit":
      case "return":
        throw new Leave(one.kind, one.value ? await this.evaluate(one.value) : "");
      default:
        throw new Leave(one.kind);
    }
  }

  async #loop(
    goesOn: () => Promise<boolean>,
    body: () => Promise<void>,
    step = async (): Promise<void> => {},
  ): Promise<void> {
    for (; await goesOn(); await step()) {
      await breathe(this.process.signal);
      try {
        await body();
      } catch (error) {
        if (!(error instanceof Leave) || (error.what !== "break" && error.what !== "continue")) throw error;
        if (error.what === "break") return;
      }
    }
  }

  async evaluate(expr: Expr): Promise<Value> {
    switch (expr.kind) {
      case "number":
      case "string":
        return expr.value;
      case "regex":
        return this.regex(expr.source).test(this.record.text) ? 1 : 0;
      case "variable":
        return this.variable(expr.name);
      case "item": {
        const list = this.list(expr.name);
        const key = await this.key(expr.index);
        const value = list.get(key) ?? new Outside("");
        if (!list.has(key)) list.set(key, value);
        return value;
      }
      case "field":
        return this.record.field(toNumber(await this.evaluate(expr.number)));
      case "unary": {
        const value = await this.evaluate(expr.of);
        if (expr.operator === "()") return value;
        if (expr.operator === "!") return isTrue(value) ? 0 : 1;
        return expr.operator === "-" ? -toNumber(value) : toNumber(value);
      }
      case "binary":
        return this.#binary(expr);
      case "assign": {
        const value = await this.evaluate(expr.value);
        const operator = expr.operator.slice(0, -1);
        return this.set(
          expr.to,
          operator === "" ? value : calculate(operator, toNumber(await this.evaluate(expr.to)), toNumber(value)),
        );
      }
      case "step": {
        const before = toNumber(await this.evaluate(expr.to));
        await this.set(expr.to, before + expr.by);
        return expr.isBefore ? before + expr.by : before;
      }
      case "choice":
        return this.evaluate(isTrue(await this.evaluate(expr.test)) ? expr.yes : expr.no);
      case "has":
        return this.list(expr.list).has(await this.key(expr.index)) ? 1 : 0;
      case "getline":
        return this.files.getline(expr, this);
      case "call":
        return this.#call(expr.name, expr.args);
    }
  }

  async #binary({ operator, left, right }: Extract<Expr, { kind: "binary" }>): Promise<Value> {
    const first = await this.evaluate(left);
    if (operator === "&&") return isTrue(first) && isTrue(await this.evaluate(right)) ? 1 : 0;
    if (operator === "||") return isTrue(first) || isTrue(await this.evaluate(right)) ? 1 : 0;
    if (operator === "~" || operator === "!~")
      return (await this.pattern(right)).test(toText(first)) === (operator === "~") ? 1 : 0;
    const second = await this.evaluate(right);
    if (operator === " ") return this.text(first) + this.text(second);
    const order = ORDERS[operator];
    return order
      ? order(compareValues(first, second))
        ? 1
        : 0
      : calculate(operator, toNumber(first), toNumber(second));
  }

  async #call(name: string, args: readonly Expr[]): Promise<Value> {
    const own = this.#program.functions.get(name);
    if (!own) return callBuiltin(name, args, this);
    if (this.frames.length >= MAX_CALLS) throw new Failure("function call nesting too deep", 2);
    const frame: Frame = new Map();
    for (const [index, param] of own.params.entries()) {
      const arg = args[index];
      const found = arg?.kind === "variable" ? this.find(arg.name) : undefined;
      if (arg?.kind === "variable" && (found instanceof Map || found === undefined)) {
        // A name without a value may become a list inside of the function.
        frame.set(param, found ?? this.list(arg.name));
      } else frame.set(param, arg ? await this.evaluate(arg) : undefined);
    }
    this.frames.push(frame);
    try {
      await this.#block(own.body);
      return new Outside("");
    } catch (error) {
      if (error instanceof Leave && error.what === "return") return error.value;
      throw error;
    } finally {
      this.frames.pop();
    }
  }

  async key(index: readonly Expr[]): Promise<string> {
    const parts: string[] = [];
    for (const one of index) parts.push(this.text(await this.evaluate(one)));
    return parts.join(toText(this.variable("SUBSEP")));
  }

  async set(place: Place, value: Value): Promise<Value> {
    if (place.kind === "variable") this.setVariable(place.name, value);
    else if (place.kind === "item") this.list(place.name).set(await this.key(place.index), value);
    else this.record.setField(toNumber(await this.evaluate(place.number)), this.text(value));
    return value;
  }

  async pattern(expr: Expr): Promise<RegExp> {
    return this.regex(expr.kind === "regex" ? expr.source : toText(await this.evaluate(expr)));
  }
}
