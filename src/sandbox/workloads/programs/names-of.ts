import { Failure, type Program } from "../process.ts";
import { readOptions } from "./options.ts";

const basename: Program = async (process) => {
  const options = readOptions(process.args, "az", "s", ["multiple:a", "suffix=:s"]);
  const isMany = options.has("a", "s");
  const [first, second] = options.rest;
  if (first === undefined) throw new Failure("missing operand");
  if (!isMany && options.rest.length > 2) throw new Failure(`extra operand '${options.rest[2]}'`);
  const suffix = options.flags.get("s") ?? (isMany ? "" : (second ?? ""));
  for (const name of isMany ? options.rest : [first]) {
    const plain = name.replace(/\/+$/, "");
    const last = plain === "" && name !== "" ? "/" : (plain.split("/").at(-1) ?? "");
    const isCut = suffix !== "" && last.endsWith(suffix) && last !== suffix;
    await process.stdout(`${isCut ? last.slice(0, -suffix.length) : last}\n`);
  }
  return 0;
};

const dirname: Program = async (process) => {
  const { rest } = readOptions(process.args, "z");
  if (rest.length === 0) throw new Failure("missing operand");
  for (const name of rest) {
    const plain = name.replace(/\/+$/, "");
    const folder = plain.includes("/")
      ? plain.replace(/\/+[^/]*$/, "") || "/"
      : plain === "" && name !== ""
        ? "/"
        : ".";
    await process.stdout(`${folder}\n`);
  }
  return 0;
};

export const NAME_PROGRAMS: Readonly<Record<string, Program>> = { basename, dirname };
