/** The learner's place: the evidence log, who may write it, and what follows from it. */
export { EvidenceLog } from "./evidence-log.ts";
export { EvidenceRecorder } from "./evidence-recorder.ts";
export { evidenceFolder } from "./folder.ts";
export { type LessonProgress, progressOf, type ResumePoint, resumePoint } from "./progress.ts";
export { readEvidence } from "./read-evidence.ts";
export type { EvidenceRecord } from "./record.ts";
