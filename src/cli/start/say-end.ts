import type { Taking } from "./taking.ts";

/** A lesson was left before its end: how to go on. */
export function sayHowToComeBack({ lesson, view, catchUpFor }: Taking): void {
  view.line();
  view.sentence(`Your place is kept. \`learn-istio start ${catchUpFor ?? lesson.id}\` goes on here.`);
}

/** A lesson came to its end: what is next. */
export function sayCompleted({ lesson, place, view, catchUpFor }: Taking): void {
  const index = place.course.lessons.findIndex((one) => one.id === lesson.id);
  const next = place.course.lessons[index + 1];
  view.line();
  view.sentence(`${lesson.id} is completed: its checkpoint holds.`);
  if (catchUpFor !== undefined) return;
  if (next !== undefined) view.line(`Next: \`learn-istio start ${next.id}\``);
  if (lesson.cleanups.length > 0) view.sentence(`\`learn-istio reset ${lesson.id}\` undoes it.`);
}
