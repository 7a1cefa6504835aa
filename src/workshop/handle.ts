import { LIMITS } from "./wire.ts";

/** Invisible characters that emoji and scripts are joined with; every other format character could disguise a name. */
const JOINERS = /[\u200c\u200d]/g;

/** Why a handle cannot be taken, as a part of a sentence; undefined where it can. */
export function refuseHandle(handle: string): string | undefined {
  const length = [...handle].length;
  if (length === 0 || length > LIMITS.handle) return `it has ${length} characters, expected 1 to ${LIMITS.handle}`;
  if (/[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Cn}\p{Zl}\p{Zp}]/u.test(handle.replaceAll(JOINERS, "")))
    return "it has characters that cannot be seen";
  if (handle.trim() !== handle || !/[\p{L}\p{N}\p{S}\p{P}]/u.test(handle)) return "it begins or ends with a blank";
  return undefined;
}

/** Two handles of the same key would be taken for the same person. */
export function handleKey(handle: string): string {
  return handle.normalize("NFKC").replaceAll(JOINERS, "").replaceAll(/\s+/g, " ").toLowerCase();
}
