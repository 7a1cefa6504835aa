import { readGenerated } from "./generated.ts";

/** An OpenAPI schema, as far as the sandbox reads it. References are `#/definitions/<name>`. */
export interface Schema {
  readonly $ref?: string;
  readonly type?: string;
  readonly format?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly items?: Schema;
  readonly additionalProperties?: Schema | boolean;
  readonly enum?: readonly unknown[];
  readonly [extension: `x-kubernetes-${string}`]: unknown;
}

export type Definitions = Readonly<Record<string, Schema>>;

const PREFIX = "#/definitions/";
let loaded: Definitions | undefined;

/** All schemas by name, such as `io.k8s.api.apps.v1.Deployment`. Read at the first call: a `get` never needs them. */
export function loadDefinitions(): Definitions {
  loaded ??= readGenerated("schemas.json") as Definitions;
  return loaded;
}

/** The name that a `$ref` leads to; undefined for a schema that stands in place. */
export function definitionName(schema: Schema): string | undefined {
  return schema.$ref?.startsWith(PREFIX) ? schema.$ref.slice(PREFIX.length) : undefined;
}

/** The schema itself, or what its `$ref` leads to. */
export function resolveSchema(schema: Schema): Schema {
  const name = definitionName(schema);
  return name === undefined ? schema : (loadDefinitions()[name] ?? {});
}

/** The schema of a definition. Throws for a name that no table has: a kind's row would be wrong. */
export function definitionOf(name: string): Schema {
  const schema = loadDefinitions()[name];
  if (schema === undefined) throw new Error(`no schema is generated for \`${name}\``);
  return schema;
}
