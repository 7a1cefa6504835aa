import type { RunEvent } from "../run/index.ts";
import { type ClassEvent, LIMITS } from "./wire.ts";

/** A RunEvent → what the class may know of it; undefined where that is nothing. */
export function fromRun(event: RunEvent): ClassEvent | undefined {
  switch (event.type) {
    case "step-start":
      return { type: event.type, ...where(event) };
    case "check-end": {
      const { verdict } = event;
      if (verdict.kind !== "wrong" && verdict.kind !== "broken") return undefined;
      const diagnosis = verdict.kind === "wrong" && verdict.diagnosis !== undefined && { diagnosis: verdict.diagnosis };
      return { type: event.type, ...where(event), check: short(event.check), verdict: verdict.kind, ...diagnosis };
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
