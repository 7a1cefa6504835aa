import { stringify } from "yaml";

/** What a new lesson is called. */
export interface Draft {
  readonly title: string;
  /** A part of the lesson's name, and the name of the file that it makes. */
  readonly slug: string;
}

/**
 * The text of a lesson to begin with: it shows one of everything that most lessons need, lints without findings, and passes
 * on each target, so that whatever fails later is the author's own change.
 */
export function draftLesson({ title, slug }: Draft): string {
  const front = stringify({ title, summary: "What a learner can do afterwards, in one sentence.", minutes: 10 });
  return `---
${front}# requires: [lesson-01]
---

# ${title.replaceAll("<", "\\<")}

Say what this lesson is about and why a learner should care. Then one command at a time: what it does, and what to look at.

\`\`\`bash {#first-look}
echo "replicas: 1" > ${slug}.yaml
cat ${slug}.yaml
\`\`\`

\`\`\`output
replicas: 1
\`\`\`

## Your turn

Something that the learner has to find out alone. Here: make it three replicas.

<details>
<summary>Check: there are three replicas</summary>

\`\`\`bash
grep replicas ${slug}.yaml
\`\`\`

\`\`\`output
replicas: 3
\`\`\`

</details>

<details>
<summary>Hint: any editor will do</summary>

The number stands after the colon.

</details>

<details>
<summary>Solution</summary>

\`\`\`bash
echo "replicas: 3" > ${slug}.yaml
\`\`\`

</details>

## Checkpoint

The lesson is done when all of this holds.

<details>
<summary>Check: the file asks for three replicas</summary>

\`\`\`bash
grep -x "replicas: 3" ${slug}.yaml
\`\`\`

</details>

## Clean up

\`\`\`bash {cleanup}
rm -f ${slug}.yaml
\`\`\`
`;
}

/** A `course.yaml` for a folder that has none. */
export function draftCourse(id: string, title: string): string {
  return `# \`id\` names the folder that keeps a learner's progress: never change it.\n${stringify({ id, title })}`;
}
