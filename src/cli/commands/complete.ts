import { stepsOf } from "../../run/index.ts";
import { userFolders } from "../../target/index.ts";
import { type Candidate, complete, matching, type Vocabulary, type Wanted } from "../completion/complete.ts";
import { type Course, findCourse } from "../course.ts";
import { readFacts } from "../front.ts";
import type { Io } from "../io.ts";
import { readLessonFile } from "../lesson-files.ts";
import type { Options } from "../options.ts";
import { parseFiles } from "../parse-cached.ts";

/** What the completion scripts ask. Whatever is wrong, nobody at a prompt wants to read it: then there is no candidate. */
export async function run(
  io: Io,
  _options: Options,
  args: readonly string[],
  vocabulary: Vocabulary = { root: [], commands: [] },
): Promise<number> {
  const words = args[0] === "--" ? args.slice(1) : args;
  const wanted = complete(words, vocabulary);
  const found = await lookUp(io, wanted, words.at(-1) ?? "").catch(() => []);
  io.print(
    [...wanted.candidates, ...found]
      .map(({ word, summary }) => `${word}\t${summary.replaceAll(/[\p{C}\s]+/gu, " ")}\n`)
      .join(""),
  );
  if (wanted.prefix === "" && wanted.source === "folders") io.print(":folders\n");
  if (wanted.source === "lessons-and-files") io.print(":files\n");
  return 0;
}

async function lookUp(io: Io, { source, lessons, prefix }: Wanted, current: string): Promise<readonly Candidate[]> {
  if (source === undefined || source === "folders") return [];
  const { cache } = userFolders(io.env);
  const course = findCourse(io.cwd, lessons, cache);
  const word = current.slice(prefix.length);
  const found =
    source === "lessons-and-steps" && word.includes("#")
      ? await stepsIn(io, course, cache, word.slice(0, word.indexOf("#")))
      : (await readFacts(course, io.cwd, cache)).map(({ id, title }) => ({ word: id, summary: title }));
  return matching(
    found.map((one) => ({ word: `${prefix}${one.word}`, summary: one.summary })),
    current,
  );
}

async function stepsIn(io: Io, course: Course, cache: string, id: string): Promise<readonly Candidate[]> {
  const files = course.lessons.filter((lesson) => lesson.id === id).map(({ file }) => readLessonFile(file, io.cwd));
  const parsed = await parseFiles(files, cache);
  return parsed.flatMap(({ lesson }) =>
    (lesson === undefined ? [] : stepsOf(lesson)).map((step) => ({ word: `${id}#${step.id}`, summary: step.section })),
  );
}
