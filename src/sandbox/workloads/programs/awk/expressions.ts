import { Failure } from "../../process.ts";
import type { Expr, Place } from "./syntax.ts";
import type { Token } from "./tokens.ts";

/** From loose to tight, between `&&` and the signs of numbers. */
const COMPARISONS = ["<", "<=", "!=", "==", ">", ">="];
const ASSIGNMENTS = ["=", "+=", "-=", "*=", "/=", "%=", "^=", "**="];

/** Reads awk's expressions from its words. */
export class ExpressionReader {
  at = 0;
  readonly #tokens: readonly Token[];
  /** In `print a > b` the sign is no comparison; in `for (x in a)` and after `|` neither is theirs. */
  #isPrinting = false;

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  peek(): Token {
    return this.#tokens[this.at] ?? { kind: "end", text: "" };
  }

  ahead(count: number): readonly Token[] {
    return this.#tokens.slice(this.at, this.at + count);
  }

  next(): Token {
    const token = this.peek();
    this.at += 1;
    return token;
  }

  take(text: string): boolean {
    const token = this.peek();
    if ((token.kind !== "sign" && token.kind !== "word") || token.text !== text) return false;
    this.at += 1;
    return true;
  }

  expect(text: string): void {
    if (!this.take(text)) this.fail();
  }

  fail(): never {
    const { kind, text } = this.peek();
    throw new Failure(
      `syntax error at or near ${kind === "end" ? "end of file" : kind === "line" ? "end of line" : text}`,
      2,
    );
  }

  lines(): void {
    while (this.peek().kind === "line") this.at += 1;
  }

  ends(): void {
    while (this.peek().kind === "line" || (this.peek().kind === "sign" && this.peek().text === ";")) this.at += 1;
  }

  isStatementEnd(): boolean {
    const { kind, text } = this.peek();
    return kind === "line" || kind === "end" || (kind === "sign" && /^[;})>|]$|^>>$/.test(text));
  }

  list(end: string): Expr[] {
    const items: Expr[] = [];
    for (this.lines(); !this.take(end); this.lines()) {
      items.push(this.#free(() => this.expression()));
      this.lines();
      if (!this.take(",") && !(this.peek().kind === "sign" && this.peek().text === end)) this.fail();
    }
    return items;
  }

  /** What `print` prints: with or without brackets around all of it. */
  printed(): Expr[] {
    const start = this.at;
    if (this.take("(")) {
      const args = this.list(")");
      if (this.isStatementEnd()) return args;
      this.at = start;
    }
    const args: Expr[] = [];
    if (this.isStatementEnd()) return args;
    const before = this.#isPrinting;
    this.#isPrinting = true;
    do {
      this.lines();
      args.push(this.expression());
    } while (this.take(","));
    this.#isPrinting = before;
    return args;
  }

  /** Where `print` goes: no comparison, but words may stand together. */
  target(): Expr {
    const before = this.#isPrinting;
    this.#isPrinting = true;
    const name = this.#concatenation();
    this.#isPrinting = before;
    return name;
  }

  expression(): Expr {
    const left = this.#choice();
    const operator = this.peek().text;
    if (this.peek().kind !== "sign" || !ASSIGNMENTS.includes(operator) || !isPlace(left)) return left;
    this.at += 1;
    this.lines();
    return { kind: "assign", operator: operator.replace("**", "^"), to: left, value: this.expression() };
  }

  #free<T>(read: () => T): T {
    const before = this.#isPrinting;
    this.#isPrinting = false;
    const value = read();
    this.#isPrinting = before;
    return value;
  }

  #choice(): Expr {
    const test = this.#logic(0);
    if (!this.take("?")) return test;
    this.lines();
    const yes = this.expression();
    this.lines();
    this.expect(":");
    this.lines();
    return { kind: "choice", test, yes, no: this.expression() };
  }

  #logic(level: 0 | 1): Expr {
    const operator = level === 0 ? "||" : "&&";
    const operand = (): Expr => (level === 0 ? this.#logic(1) : this.#membership());
    let left = operand();
    while (this.take(operator)) {
      this.lines();
      left = { kind: "binary", operator, left, right: operand() };
    }
    return left;
  }

  #membership(): Expr {
    let left = this.#match();
    while (this.take("in")) left = { kind: "has", index: [left], list: this.next().text };
    return left;
  }

  #match(): Expr {
    let left = this.#comparison();
    for (;;) {
      const operator = this.take("~") ? "~" : this.take("!~") ? "!~" : undefined;
      if (operator === undefined) return left;
      left = { kind: "binary", operator, left, right: this.#comparison() };
    }
  }

  #comparison(): Expr {
    let left = this.#concatenation();
    const { kind, text } = this.peek();
    if (kind === "sign" && COMPARISONS.includes(text) && !(text === ">" && this.#isPrinting)) {
      this.at += 1;
      left = { kind: "binary", operator: text, left, right: this.#concatenation() };
    }
    while (!this.#isPrinting && this.peek().text === "|" && this.ahead(2)[1]?.text === "getline") {
      this.at += 2;
      left = { kind: "getline", command: left, file: undefined, to: this.#lineTarget() };
    }
    return left;
  }

  #concatenation(): Expr {
    let left = this.#sum();
    for (;;) {
      const { kind, text } = this.peek();
      const begins =
        /number|string|regex|name|call/.test(kind) || (kind === "sign" && /^(?:[$!(+-]|\+\+|--)$/.test(text));
      if (!begins || (kind === "word" && text === "in")) return left;
      left = { kind: "binary", operator: " ", left, right: this.#sum() };
    }
  }

  #sum(): Expr {
    let left = this.#product();
    for (let sign = this.#sign(["+", "-"]); sign; sign = this.#sign(["+", "-"]))
      left = { kind: "binary", operator: sign, left, right: this.#product() };
    return left;
  }

  #product(): Expr {
    let left = this.#unary();
    for (let sign = this.#sign(["*", "/", "%"]); sign; sign = this.#sign(["*", "/", "%"]))
      left = { kind: "binary", operator: sign, left, right: this.#unary() };
    return left;
  }

  #sign(signs: readonly string[]): string | undefined {
    return signs.find((one) => this.take(one));
  }

  #unary(): Expr {
    const operator = this.#sign(["!", "-", "+"]);
    if (operator !== undefined) return { kind: "unary", operator, of: this.#unary() };
    const base = this.#postfix();
    if (!this.take("^") && !this.take("**")) return base;
    return { kind: "binary", operator: "^", left: base, right: this.#unary() };
  }

  #postfix(): Expr {
    const sign = this.#sign(["++", "--"]);
    if (sign !== undefined) {
      const to = this.#primary();
      if (!isPlace(to)) this.fail();
      return { kind: "step", to, by: sign === "++" ? 1 : -1, isBefore: true };
    }
    const value = this.#primary();
    if (isPlace(value)) {
      const after = this.#sign(["++", "--"]);
      if (after !== undefined) return { kind: "step", to: value, by: after === "++" ? 1 : -1, isBefore: false };
    }
    return value;
  }

  #primary(): Expr {
    const token = this.next();
    switch (token.kind) {
      case "number":
        return { kind: "number", value: Number(token.text) };
      case "string":
        return { kind: "string", value: token.text };
      case "regex":
        return { kind: "regex", source: token.text };
      case "call":
        this.expect("(");
        return { kind: "call", name: token.text, args: this.list(")") };
      case "name":
        if (token.text === "length") return { kind: "call", name: "length", args: [] };
        if (this.take("[")) return { kind: "item", name: token.text, index: this.list("]") };
        return { kind: "variable", name: token.text };
      case "word":
        if (token.text === "getline") {
          const to = this.#lineTarget();
          return { kind: "getline", command: undefined, to, file: this.take("<") ? this.#primary() : undefined };
        }
        break;
      default:
    }
    if (token.kind === "sign" && token.text === "$") {
      const sign = this.#sign(["++", "--", "-"]);
      const of = this.#primary();
      if (sign === "-") return { kind: "field", number: { kind: "unary", operator: "-", of } };
      if (sign !== undefined && isPlace(of))
        return { kind: "field", number: { kind: "step", to: of, by: sign === "++" ? 1 : -1, isBefore: true } };
      return { kind: "field", number: of };
    }
    if (token.kind === "sign" && token.text === "(") {
      const items = this.list(")");
      if (this.take("in")) return { kind: "has", index: items, list: this.next().text };
      const [only, ...more] = items;
      if (only && more.length === 0) return isPlace(only) ? { kind: "unary", operator: "()", of: only } : only;
    }
    this.at -= 1;
    return this.fail();
  }

  #lineTarget(): Place | undefined {
    const { kind, text } = this.peek();
    if (kind !== "name" && !(kind === "sign" && text === "$")) return undefined;
    const place = this.#primary();
    return isPlace(place) ? place : this.fail();
  }
}

function isPlace(expr: Expr): expr is Place {
  return expr.kind === "variable" || expr.kind === "item" || expr.kind === "field";
}
