export interface LessonShape {
  readonly requires?: readonly string[];
  readonly vars?: string;
  /** Bash of the steps `one`, `two`... and of the cleanup. */
  readonly steps?: readonly string[];
  readonly cleanup?: string;
  readonly targets?: string;
}

/** A lesson whose steps are these, and whose checkpoint holds always. */
export function lessonText(
  title: string,
  { requires = [], vars = "{}", steps = [`echo ${title}`], ...rest }: LessonShape = {},
): string {
  const names = ["one", "two", "three", "four"];
  const blocks = steps.map((bash, index) => `\`\`\`bash {#${names[index]}}\n${bash}\n\`\`\`\n`);
  const check =
    "## Checkpoint\n\n<details>\n<summary>Check: it holds</summary>\n\n```bash {within=100ms every=50ms}\ntrue\n```\n\n</details>\n";
  const cleanup = rest.cleanup === undefined ? "" : `\n## Clean up\n\n\`\`\`bash {cleanup}\n${rest.cleanup}\n\`\`\`\n`;
  const front = `title: ${title}\nsummary: About it.\nminutes: 1\nrequires: [${requires.join(", ")}]\ntargets: [${rest.targets ?? "none"}]\nvars: ${vars}\n`;
  return `---\n${front}---\n\n# ${title}\n\n## Work\n\n${blocks.join("\n")}\n${check}${cleanup}`;
}
