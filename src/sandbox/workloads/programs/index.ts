import type { Program } from "../process.ts";
import { curl } from "./curl.ts";
import { FILE_PROGRAMS } from "./files.ts";
import { NET_PROGRAMS } from "./net.ts";
import { sed } from "./sed.ts";
import { SYSTEM_PROGRAMS } from "./system.ts";
import { tar } from "./tar.ts";
import { TEXT_PROGRAMS } from "./text.ts";

const PROGRAMS: Readonly<Record<string, Program>> = {
  ...FILE_PROGRAMS,
  ...NET_PROGRAMS,
  ...SYSTEM_PROGRAMS,
  ...TEXT_PROGRAMS,
  curl,
  sed,
  tar,
};

/** The program of a name that an image's files hold. */
export function programNamed(name: string): Program {
  const program = Object.hasOwn(PROGRAMS, name) ? PROGRAMS[name] : undefined;
  if (!program) throw new Error(`an image holds a program that does not exist: ${name}`);
  return program;
}
