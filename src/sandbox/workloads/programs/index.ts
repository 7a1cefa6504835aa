import type { Program } from "../process.ts";
import { ABSENT_PROGRAMS } from "./absent.ts";
import { AGAIN_PROGRAMS } from "./again.ts";
import { awk } from "./awk/index.ts";
import { COLUMN_PROGRAMS } from "./columns.ts";
import { COMPARE_PROGRAMS } from "./compare.ts";
import { curl } from "./curl.ts";
import { DATABASE_CLIENTS } from "./database-clients.ts";
import { date } from "./date.ts";
import { diff } from "./diff.ts";
import { DUMP_PROGRAMS } from "./dump.ts";
import { END_PROGRAMS } from "./ends.ts";
import { expr } from "./expr.ts";
import { FILE_PROGRAMS } from "./files.ts";
import { find } from "./find.ts";
import { fortio } from "./fortio.ts";
import { grep } from "./grep.ts";
import { GZIP_PROGRAMS } from "./gzip.ts";
import { ls } from "./ls.ts";
import { NAME_PROGRAMS } from "./names-of.ts";
import { NET_PROGRAMS } from "./net.ts";
import { NUMBER_PROGRAMS } from "./numbers.ts";
import { PIECE_PROGRAMS } from "./pieces.ts";
import { pilotAgent } from "./pilot-agent.ts";
import { sed } from "./sed.ts";
import { SIGNAL_PROGRAMS } from "./signals.ts";
import { sort } from "./sort.ts";
import { STAT_PROGRAMS } from "./stat.ts";
import { SUM_PROGRAMS } from "./sums.ts";
import { SYSTEM_PROGRAMS } from "./system.ts";
import { tar } from "./tar.ts";
import { TEXT_PROGRAMS } from "./text.ts";
import { tr } from "./tr.ts";
import { tsort } from "./tsort.ts";
import { uniq } from "./uniq.ts";
import { USAGE_PROGRAMS } from "./usage.ts";
import { xargs } from "./xargs.ts";

const PROGRAMS: Readonly<Record<string, Program>> = {
  ...DATABASE_CLIENTS,
  ...ABSENT_PROGRAMS,
  ...AGAIN_PROGRAMS,
  ...COLUMN_PROGRAMS,
  ...COMPARE_PROGRAMS,
  ...DUMP_PROGRAMS,
  ...END_PROGRAMS,
  ...FILE_PROGRAMS,
  ...GZIP_PROGRAMS,
  ...NAME_PROGRAMS,
  ...NET_PROGRAMS,
  ...NUMBER_PROGRAMS,
  ...PIECE_PROGRAMS,
  ...SIGNAL_PROGRAMS,
  ...STAT_PROGRAMS,
  ...SUM_PROGRAMS,
  ...SYSTEM_PROGRAMS,
  ...TEXT_PROGRAMS,
  ...USAGE_PROGRAMS,
  awk,
  curl,
  date,
  diff,
  egrep: grep,
  expr,
  fgrep: grep,
  find,
  fortio,
  grep,
  ls,
  "pilot-agent": pilotAgent,
  sed,
  sort,
  tar,
  tr,
  tsort,
  uniq,
  xargs,
};

/** The program of a name that an image's files hold. */
export function programNamed(name: string): Program {
  const program = Object.hasOwn(PROGRAMS, name) ? PROGRAMS[name] : undefined;
  if (!program) throw new Error(`an image holds a program that does not exist: ${name}`);
  return program;
}
