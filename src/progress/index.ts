/** The learner's place: the evidence log, who may write it, and what follows from it. */
export { type CatchUpLesson, type CatchUpPlan, type Expected, isGone, type Proof, planCatchUp } from "./catch-up.ts";
export { EvidenceLog, isWrittenElsewhere } from "./evidence-log.ts";
export { EvidenceRecorder } from "./evidence-recorder.ts";
export { type Imported, newRecords, parseExport, renderExport } from "./exchange.ts";
export { evidenceFolder } from "./folder.ts";
export { type Held, isHeldByAnother, takeLock, type Unlock } from "./lock.ts";
export { type LessonProgress, progressOf, type ResumePoint, resumePoint } from "./progress.ts";
export { readEvidence } from "./read-evidence.ts";
export { EVIDENCE_VERSION, type EvidenceRecord } from "./record.ts";
