import type { ParsedFlags } from "../../flags.ts";
import { Failure } from "../failure.ts";
import { LEVELS, type Level } from "./messages.ts";

const TRUE = ["true", "t", "1", "T", "TRUE", "True"];
const FALSE = ["false", "f", "0", "F", "FALSE", "False"];

/** A flag that is on or off. Throws `Failure` in pflag's words. */
export function isOn({ values }: ParsedFlags, long: string, before: boolean): boolean {
  const value = values.get(long);
  if (value === undefined) return before;
  if (TRUE.includes(value)) return true;
  if (FALSE.includes(value)) return false;
  const parsing = `strconv.ParseBool: parsing ${JSON.stringify(value)}: invalid syntax`;
  throw new Failure(`invalid argument ${JSON.stringify(value)} for "--${long}" flag: ${parsing}`);
}

/** A flag that names a level, in whatever case. Throws `Failure` in upstream's words. */
export function levelOf({ values }: ParsedFlags, long: string, before: Level): Level {
  const value = values.get(long);
  if (value === undefined) return before;
  const found = LEVELS.find((one) => one.toUpperCase() === value.toUpperCase());
  if (found !== undefined) return found;
  const choice = `"${value}" not a valid option, please choose from: [Info Warning Error]`;
  throw new Failure(`invalid argument "${value}" for "--${long}" flag: ${choice}`);
}

/** Whether a level is as bad as another one, or worse. */
export function isAsBad(level: Level, limit: Level): boolean {
  return LEVELS.indexOf(level) <= LEVELS.indexOf(limit);
}
