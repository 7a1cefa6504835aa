/** One question on a terminal by keys. Its library is loaded here alone, for who is asked. */
interface Question {
  readonly type: "confirm" | "select";
  readonly message: string;
  readonly default?: boolean;
  readonly choices?: readonly { readonly name: string; readonly value: string }[];
}

/** What was answered; undefined where Ctrl-C or the end of input ended the question. */
export async function prompt<Answer>(question: Question): Promise<Answer | undefined> {
  // By its name: what `default` is depends on how the program was bundled.
  const { createPromptModule } = await import("inquirer");
  try {
    const questions = [{ ...question, name: "answer" }];
    return (await createPromptModule()<{ answer: Answer }>(questions as never)).answer as Answer;
  } catch (error) {
    if (error instanceof Error && error.name === "ExitPromptError") return undefined;
    throw error;
  }
}
