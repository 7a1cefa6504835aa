/** The learner's place: the evidence log, who may write it, and what follows from it. */
export { EvidenceLog, type EvidenceLogOptions } from "./evidence-log.ts";
export { EvidenceRecorder, type RecorderFacts } from "./evidence-recorder.ts";
export { evidenceFolder } from "./folder.ts";
export {
  type LessonProgress,
  type Progress,
  progressOf,
  type ResumePoint,
  resumePoint,
  type StepProgress,
} from "./progress.ts";
export { type Evidence, readEvidence } from "./read-evidence.ts";
export { EVIDENCE_VERSION, type EvidenceHeader, type EvidenceRecord, type Seen } from "./record.ts";
