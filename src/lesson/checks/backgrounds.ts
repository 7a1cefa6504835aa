import type { Rule } from "./rule.ts";

/** What follows a background block may come before it serves. */
export const backgrounds: Rule = {
  name: "backgrounds",
  code: "LI514",
  good: ['```bash {background=proxy ready="port 8001"}\nkubectl proxy\n```\n'],
  bad: ["```bash {background=proxy}\nkubectl proxy\n```\n"],
  find({ lesson, report }) {
    for (const { background, place } of lesson.steps.flatMap((step) => step.commands)) {
      if (background === undefined || background.ready !== undefined) continue;
      const message = `Nothing waits until \`${background.name}\` is ready, expected \`ready\``;
      report(place, message, 'for example `ready="port 8001"`');
    }
  },
};
