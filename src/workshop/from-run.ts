import type { RunEvent } from "../run/index.ts";
import { type ClassEvent, LIMITS } from "./wire.ts";

/** A RunEvent → what the class may know of it; undefined where that is nothing. */
export function fromRun(event: RunEvent): ClassEvent | undefined {
  switch (event.type) {
    case "step-start":
      return { type: event.type, ...where(event) };
    case "check-end": {
      const { kind } = event.verdict;
      if (kind !== "wrong" && kind !== "broken") return undefined;
      return { type: event.type, ...where(event), check: short(event.check), verdict: kind };
    }
    case "step-end": {
      const { verdict, durationMs } = event;
      const check = verdict.kind === "check-failed" ? { check: short(verdict.checkId) } : {};
      return { type: event.type, ...where(event), verdict: verdict.kind, ...check, ms: Math.round(durationMs) };
    }
    default:
      return undefined;
  }
}

function where({ at, lesson, step }: { readonly at: number; readonly lesson: string; readonly step: string }) {
  return { at: Math.round(at), lesson: short(lesson), step: short(step) };
}

/** An id that authors made longer than the wire takes is still the same one for the whole class when it is cut. */
function short(id: string): string {
  return id.slice(0, LIMITS.id);
}
