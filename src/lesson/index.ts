/** Markdown to Lesson: blocks, keys, checks, findings; every value carries its place. Text in, value out. */
export { checkCourse } from "./course.ts";
export { type EditedText, type ExpectationEdits, editLines } from "./edit-lines.ts";
export { readFrontMatter } from "./front-matter.ts";
export type * from "./lesson.ts";
export { type ParsedLesson, parseLesson } from "./parse-lesson.ts";
export { readVariants } from "./read-variants.ts";
export { scanShell } from "./shell-syntax.ts";
export { applyVariant, type LessonVariant, type Mistake } from "./variants.ts";
