/** Markdown to Lesson: blocks, keys, checks, findings; every value carries its place. Text in, value out. */
export type * from "./lesson.ts";
