import { backgrounds } from "./backgrounds.ts";
import { clusterDeletion } from "./cluster-deletion.ts";
import { downloads } from "./downloads.ts";
import { goals } from "./goals.ts";
import { hiddenCharacters } from "./hidden-characters.ts";
import { homePaths } from "./home-paths.ts";
import { masked } from "./masked.ts";
import { placeholders } from "./placeholders.ts";
import { prompts } from "./prompts.ts";
import type { Rule } from "./rule.ts";
import { sleeps } from "./sleeps.ts";
import { smartPunctuation } from "./smart-punctuation.ts";
import { terminalOutputs } from "./terminal-outputs.ts";
import { terminals } from "./terminals.ts";
import { unasserted } from "./unasserted.ts";

/** Every rule for authors, in the order of their codes. */
export const RULES: readonly Rule[] = [
  unasserted,
  prompts,
  placeholders,
  smartPunctuation,
  sleeps,
  terminals,
  homePaths,
  hiddenCharacters,
  downloads,
  clusterDeletion,
  goals,
  backgrounds,
  masked,
  terminalOutputs,
];
