import type { IncomingMessage, ServerResponse } from "node:http";

/** Where a CLI and the sandbox's own programs speak with the process. Everything else is Kubernetes. */
const CONTROL_PATH = "/_sandbox/";

/** Commands are a few words. */
const BODY_LIMIT = 64 * 1024;

export type ControlBody = Readonly<Record<string, unknown>>;

/** One command's answer; a thrown `ControlError` is an answer too. */
export type ControlCommand = (body: ControlBody) => unknown | Promise<unknown>;

/** Refused, with the sentence that the user reads. */
export class ControlError extends Error {}

/** Serve the commands by name: POST with a JSON body, JSON back; 404 for an unknown one, 409 for a refusal. */
export function controlEndpoint(
  commands: Readonly<Record<string, ControlCommand>>,
): (request: IncomingMessage, response: ServerResponse) => boolean {
  return (request, response) => {
    const [path = ""] = (request.url ?? "").split("?", 1);
    if (!path.startsWith(CONTROL_PATH)) return false;
    const name = path.slice(CONTROL_PATH.length);
    void answer(Object.hasOwn(commands, name) ? commands[name] : undefined, request, response);
    return true;
  };
}

async function answer(
  command: ControlCommand | undefined,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  try {
    const body = await readBody(request);
    if (command === undefined) send(response, 404, { error: `the sandbox has no command \`${request.url}\`` });
    else send(response, 200, (await command(body)) ?? {});
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    send(response, error instanceof ControlError ? 409 : 500, { error: message });
  }
}

async function readBody(request: IncomingMessage): Promise<ControlBody> {
  const parts: Buffer[] = [];
  let size = 0;
  for await (const part of request as AsyncIterable<Buffer>) {
    size += part.length;
    if (size > BODY_LIMIT) throw new ControlError(`the body is too large: limit is ${BODY_LIMIT} bytes`);
    parts.push(part);
  }
  const text = Buffer.concat(parts).toString("utf8");
  return text === "" ? {} : read(text);
}

function read(text: string): ControlBody {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as ControlBody;
  } catch {
    // No JSON: refused like JSON that is no object.
  }
  throw new ControlError("the body must be a JSON object");
}

function send(response: ServerResponse, status: number, value: unknown): void {
  response.writeHead(status, { "Content-Type": "application/json" });
  response.end(JSON.stringify(value));
}
