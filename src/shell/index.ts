/** The persistent bash that lessons run in. Knows nothing of lessons. */
export { BashSession, type BashSessionOptions } from "./bash-session.ts";
export { TRANSIENT_NAMES } from "./saved-state.ts";
export { ScriptedBackground, type ScriptedReply, ScriptedSession } from "./scripted-session.ts";
export type * from "./session.ts";
