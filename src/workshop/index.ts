/** The class: a host that learners join, what they send it, and the board that it shows. */
export type { Action } from "./action.ts";
export type { Board, BoardRow, BoardStep, Stuck } from "./board/board.ts";
export type { CourseStep } from "./board/course-step.ts";
export type { Debrief, DebriefStep } from "./board/debrief.ts";
export { handleKey } from "./handle.ts";
export type { Happening } from "./host/classroom.ts";
export { type Hosted, hostClass } from "./host/host.ts";
export { findInstructor, type Instructor, type RemoteInstructor, readDebrief } from "./instructor.ts";
export { type Invitation, readInvitation } from "./join-code.ts";
export { raiseHand, tellHint } from "./learner/hand.ts";
export { joinClass, leaveClass } from "./learner/join.ts";
export { type ClassLink, linkToClass } from "./learner/link.ts";
export { type Membership, readMembership } from "./learner/membership.ts";
export type { Over } from "./learner/notices.ts";
export { readQueue } from "./learner/queue.ts";
export type { ClassState, Notice } from "./notice.ts";
export { type ClassEvent, LIMITS } from "./wire.ts";
