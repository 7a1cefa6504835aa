import type { Program } from "../process.ts";
import { awk } from "./awk/index.ts";
import { curl } from "./curl.ts";
import { END_PROGRAMS } from "./ends.ts";
import { FILE_PROGRAMS } from "./files.ts";
import { grep } from "./grep.ts";
import { NET_PROGRAMS } from "./net.ts";
import { sed } from "./sed.ts";
import { SIGNAL_PROGRAMS } from "./signals.ts";
import { SYSTEM_PROGRAMS } from "./system.ts";
import { tar } from "./tar.ts";
import { TEXT_PROGRAMS } from "./text.ts";

const PROGRAMS: Readonly<Record<string, Program>> = {
  ...END_PROGRAMS,
  ...FILE_PROGRAMS,
  ...NET_PROGRAMS,
  ...SIGNAL_PROGRAMS,
  ...SYSTEM_PROGRAMS,
  ...TEXT_PROGRAMS,
  awk,
  curl,
  egrep: grep,
  grep,
  sed,
  tar,
};

/** The program of a name that an image's files hold. */
export function programNamed(name: string): Program {
  const program = Object.hasOwn(PROGRAMS, name) ? PROGRAMS[name] : undefined;
  if (!program) throw new Error(`an image holds a program that does not exist: ${name}`);
  return program;
}
