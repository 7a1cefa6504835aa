/** A course of five lessons, each built on the one before: files stand in for a cluster, `trace` says what ran. */
export function tower(changes: Readonly<Record<string, (text: string) => string>> = {}): Record<string, string> {
  const files: Record<string, string> = { "lessons/course.yaml": "id: tower\ntitle: Tower\n" };
  for (const [index, name] of FLOORS.entries()) {
    const id = `lesson-0${index + 1}`;
    const below = index === 0 ? [] : [`lesson-0${index}`];
    const text = floor(name, below);
    files[`lessons/${id}-${name}.md`] = changes[id]?.(text) ?? text;
  }
  return files;
}

const FLOORS = ["ground", "first", "second", "third", "roof"];

/** Three steps (one without a check, one with, one for the learner) and a checkpoint about all of it. */
function floor(name: string, requires: readonly string[]): string {
  return `---
title: The ${name}
summary: Build the ${name}.
minutes: 4
requires: [${requires.join(", ")}]
targets: [none]
---

# The ${name}

## Plan

\`\`\`bash {#plan}
NAME=${name}; echo "plan ${name}" >> trace
\`\`\`

## Walls

\`\`\`bash {#walls}
echo "walls $NAME" >> trace; ${WAIT}
echo walls > "$NAME.walls"
\`\`\`

<details>
<summary>Check: the ${name} has walls</summary>

\`\`\`bash
test -s ${name}.walls
\`\`\`

</details>

## Door

<details>
<summary>Check: the ${name} has a door</summary>

\`\`\`bash {within=200ms every=100ms}
test -s ${name}.door
\`\`\`

</details>

<details>
<summary>Solution</summary>

\`\`\`bash
echo "door $NAME" >> trace
echo door > "$NAME.door"
\`\`\`

</details>

## Checkpoint

<details>
<summary>Check: the ${name} stands</summary>

\`\`\`bash {within=200ms every=100ms}
test -s ${name}.walls && test -s ${name}.door
\`\`\`

</details>

## Clean up

\`\`\`bash {cleanup}
rm -f ${name}.walls ${name}.door
\`\`\`
`;
}

/** Where a file \`slow\` names a floor, its walls take until somebody ends them. */
const WAIT = 'if [ "$(cat slow 2> /dev/null)" = "$NAME" ]; then touch waiting; sleep 60; fi';
