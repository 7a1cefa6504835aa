import { UsageError } from "../../diagnostics/index.ts";

/** The values of one run of several: name to value. */
export type Row = Readonly<Record<string, string>>;

/**
 * `--matrix NAME=a,b`, several times: every combination, the first name changing slowest. Without any, one row that sets
 * nothing. Errors: not of that form, a name or a value twice, a name that `--var` sets or that no lesson declares.
 */
export function rowsOf(
  matrices: readonly string[],
  fixed: Readonly<Record<string, string>>,
  declared: ReadonlySet<string>,
): readonly Row[] {
  const seen = new Set<string>();
  return matrices.reduce<readonly Row[]>(
    (rows, matrix) => {
      const { name, values } = parseMatrix(matrix);
      if (seen.has(name))
        throw new UsageError(`\`--matrix\` names \`${name}\` twice.`, `Once: \`--matrix ${name}=a,b\`.`);
      if (Object.hasOwn(fixed, name))
        throw new UsageError(`\`--var\` and \`--matrix\` both set \`${name}\`.`, "Leave one of them away.");
      if (!declared.has(name)) {
        const known = [...declared].map((one) => `\`${one}\``).join(", ");
        throw new UsageError(
          `No lesson here declares the variable \`${name}\`, so each run would be the same.`,
          known === "" ? "A lesson declares it in its front matter, under `vars`." : `Declared are ${known}.`,
        );
      }
      seen.add(name);
      return rows.flatMap((row) => values.map((value) => ({ ...row, [name]: value })));
    },
    [{}],
  );
}

function parseMatrix(matrix: string): { name: string; values: readonly string[] } {
  const [, name, list] = /^([A-Za-z_][A-Za-z0-9_]*)=(.+)$/s.exec(matrix) ?? [];
  const values = (list ?? "").split(",");
  if (name === undefined || values.includes(""))
    throw new UsageError(
      `\`--matrix ${matrix}\` is not \`NAME=value,value\`.`,
      "Two runs: `--matrix VERSION=1.28,1.29`.",
    );
  const twice = values.find((value, index) => values.indexOf(value) !== index);
  if (twice !== undefined) throw new UsageError(`\`--matrix ${matrix}\` has the value \`${twice}\` twice.`);
  return { name, values };
}

/** `VERSION=1.28, SIZE=2`; undefined for a row that sets nothing. */
export function nameOfRow(row: Row): string | undefined {
  const parts = Object.entries(row).map(([name, value]) => `${name}=${value}`);
  return parts.length === 0 ? undefined : parts.join(", ");
}
