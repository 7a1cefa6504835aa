import type { Exit } from "../containers.ts";
import { type Status, StatusError } from "../status.ts";

/** How a command ended, as the kubelet reports it to the client. */
export function exitStatus(exit: Exit, command: readonly string[]): Status {
  if ("failure" in exit) return internalStatus(exit.failure);
  if (exit.code === 0) return SUCCESS;
  const said = `error executing command [${command.join(" ")}], exit code ${exit.code}`;
  return {
    ...FAILURE,
    message: `command terminated with non-zero exit code: ${said}`,
    reason: "NonZeroExitCode",
    details: { causes: [{ reason: "ExitCode", message: String(exit.code) }] },
  };
}

/** Why nothing was run. */
export function internalStatus(message: string): Status {
  return new StatusError(500, "InternalError", `Internal error occurred: ${message}`, { causes: [{ message }] }).status;
}

const FAILURE = { kind: "Status", apiVersion: "v1", metadata: {}, status: "Failure", code: 500 } as const;
const SUCCESS: Status = { kind: "Status", apiVersion: "v1", metadata: {}, status: "Success", code: 200 };
