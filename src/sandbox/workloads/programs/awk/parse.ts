import { Failure } from "../../process.ts";
import { ExpressionReader } from "./expressions.ts";
import type { AwkProgram, Rule, Statement, Target } from "./syntax.ts";
import { tokenizeAwk } from "./tokens.ts";

/** Reads an awk program. Throws a `Failure` with code 2 for what is none. */
export function parseAwk(text: string): AwkProgram {
  return new Reader(tokenizeAwk(text)).program();
}

class Reader extends ExpressionReader {
  program(): AwkProgram {
    const begin: Statement[][] = [];
    const end: Statement[][] = [];
    const rules: Rule[] = [];
    const functions = new Map<string, { params: readonly string[]; body: readonly Statement[] }>();
    for (this.ends(); this.peek().kind !== "end"; this.ends()) {
      if (this.take("BEGIN")) begin.push(this.#block());
      else if (this.take("END")) end.push(this.#block());
      else if (this.take("function") || this.take("func")) {
        const name = this.next().text;
        this.expect("(");
        const params: string[] = [];
        while (!this.take(")")) {
          params.push(this.next().text);
          this.take(",");
          this.lines();
        }
        this.lines();
        functions.set(name, { params, body: this.#block() });
      } else {
        const from = this.peek().text === "{" && this.peek().kind === "sign" ? undefined : this.expression();
        let to: Rule["to"];
        if (from && this.take(",")) {
          this.lines();
          to = this.expression();
        }
        const hasBody = this.peek().kind === "sign" && this.peek().text === "{";
        rules.push({ from, to, body: hasBody ? this.#block() : undefined });
      }
    }
    return { begin, rules, end, functions };
  }

  #block(): Statement[] {
    this.lines();
    this.expect("{");
    const body: Statement[] = [];
    for (this.ends(); !this.take("}"); this.ends()) body.push(this.#statement());
    return body;
  }

  #statement(): Statement {
    this.lines();
    if (this.peek().kind === "sign" && this.peek().text === "{") return { kind: "block", body: this.#block() };
    if (this.take(";")) return { kind: "block", body: [] };
    if (this.take("if")) {
      const test = this.#condition();
      const then = this.#statement();
      const before = this.at;
      this.ends();
      if (this.take("else")) return { kind: "if", test, then, otherwise: this.#statement() };
      this.at = before;
      return { kind: "if", test, then, otherwise: undefined };
    }
    if (this.take("while")) {
      const test = this.#condition();
      return { kind: "while", test, body: this.#statement(), isAfter: false };
    }
    if (this.take("do")) {
      const body = this.#statement();
      this.ends();
      this.expect("while");
      return { kind: "while", test: this.#condition(), body, isAfter: true };
    }
    if (this.take("for")) return this.#for();
    const statement = this.#simple();
    const { kind, text } = this.peek();
    if (kind !== "line" && kind !== "end" && text !== ";" && text !== "}") this.fail();
    return statement;
  }

  #condition() {
    this.expect("(");
    const test = this.expression();
    this.expect(")");
    return test;
  }

  #for(): Statement {
    this.expect("(");
    const [name, word, list, close] = this.ahead(4);
    if (name?.kind === "name" && word?.text === "in" && list?.kind === "name" && close?.text === ")") {
      this.at += 4;
      return { kind: "in", name: name.text, list: list.text, body: this.#statement() };
    }
    const first = this.take(";") ? undefined : this.#simple();
    if (first) this.expect(";");
    this.lines();
    const test = this.take(";") ? undefined : this.expression();
    if (test) this.expect(";");
    this.lines();
    const step = this.take(")") ? undefined : this.#simple();
    if (step) this.expect(")");
    return { kind: "for", first, test, step, body: this.#statement() };
  }

  #simple(): Statement {
    for (const kind of ["break", "continue", "next", "nextfile"] as const) if (this.take(kind)) return { kind };
    for (const kind of ["exit", "return"] as const)
      if (this.take(kind)) return { kind, value: this.isStatementEnd() ? undefined : this.expression() };
    if (this.take("delete")) {
      const name = this.next().text;
      if (!this.take("[")) return { kind: "delete", name, index: undefined };
      const index = this.list("]");
      return { kind: "delete", name, index };
    }
    for (const kind of ["print", "printf"] as const) if (this.take(kind)) return this.#print(kind);
    return { kind: "expr", expr: this.expression() };
  }

  #print(kind: "print" | "printf"): Statement {
    const args = this.printed();
    let to: Target | undefined;
    for (const mode of [">>", ">", "|"] as const) if (!to && this.take(mode)) to = { mode, name: this.target() };
    if (kind === "printf" && args.length === 0) throw new Failure("printf: no format", 2);
    return { kind, args, to };
  }
}
