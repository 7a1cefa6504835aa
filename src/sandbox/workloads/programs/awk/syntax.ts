/** An awk program as a tree. */
export interface AwkProgram {
  readonly begin: readonly Statement[][];
  readonly rules: readonly Rule[];
  readonly end: readonly Statement[][];
  readonly functions: ReadonlyMap<string, { params: readonly string[]; body: readonly Statement[] }>;
}

export interface Rule {
  readonly from: Expr | undefined;
  readonly to: Expr | undefined;
  /** Undefined prints the record. */
  readonly body: readonly Statement[] | undefined;
}

export type Statement =
  | { readonly kind: "expr"; readonly expr: Expr }
  | { readonly kind: "print" | "printf"; readonly args: readonly Expr[]; readonly to: Target | undefined }
  | { readonly kind: "if"; readonly test: Expr; readonly then: Statement; readonly otherwise: Statement | undefined }
  | { readonly kind: "while"; readonly test: Expr; readonly body: Statement; readonly isAfter: boolean }
  | {
      readonly kind: "for";
      readonly first: Statement | undefined;
      readonly test: Expr | undefined;
      readonly step: Statement | undefined;
      readonly body: Statement;
    }
  | { readonly kind: "in"; readonly name: string; readonly list: string; readonly body: Statement }
  | { readonly kind: "block"; readonly body: readonly Statement[] }
  | { readonly kind: "break" | "continue" | "next" | "nextfile" }
  | { readonly kind: "exit" | "return"; readonly value: Expr | undefined }
  | { readonly kind: "delete"; readonly name: string; readonly index: readonly Expr[] | undefined };

export interface Target {
  readonly mode: ">" | ">>" | "|";
  readonly name: Expr;
}

export type Expr =
  | { readonly kind: "number"; readonly value: number }
  | { readonly kind: "string"; readonly value: string }
  | { readonly kind: "regex"; readonly source: string }
  | Place
  | { readonly kind: "unary"; readonly operator: string; readonly of: Expr }
  | { readonly kind: "binary"; readonly operator: string; readonly left: Expr; readonly right: Expr }
  | { readonly kind: "assign"; readonly operator: string; readonly to: Place; readonly value: Expr }
  | { readonly kind: "step"; readonly to: Place; readonly by: number; readonly isBefore: boolean }
  | { readonly kind: "choice"; readonly test: Expr; readonly yes: Expr; readonly no: Expr }
  | { readonly kind: "has"; readonly index: readonly Expr[]; readonly list: string }
  | { readonly kind: "call"; readonly name: string; readonly args: readonly Expr[] }
  | {
      readonly kind: "getline";
      readonly to: Place | undefined;
      readonly file: Expr | undefined;
      readonly command: Expr | undefined;
    };

export type Place =
  | { readonly kind: "variable"; readonly name: string }
  | { readonly kind: "item"; readonly name: string; readonly index: readonly Expr[] }
  | { readonly kind: "field"; readonly number: Expr };
