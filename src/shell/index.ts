/** The persistent bash that lessons run in. Knows nothing of lessons. */
export { BashSession, type BashSessionOptions } from "./bash-session.ts";
export { shellFile } from "./files.ts";
export { forTyping, ownChanges } from "./own-state.ts";
export { quote, TRANSIENT_NAMES } from "./saved-state.ts";
export { ScriptedBackground, type ScriptedReply, ScriptedSession } from "./scripted-session.ts";
export type * from "./session.ts";
