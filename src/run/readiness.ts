import type { Readiness } from "../lesson/index.ts";
import type { Session } from "../shell/index.ts";
import { parseTemplate } from "../text/index.ts";
import { LineWatch } from "./line-watch.ts";

/** One look is quick: what hangs is looked at again. */
const LOOK_TIMEOUT_MS = 3000;

/** What tells that a background block is ready. */
export interface Probe {
  /** Why it is not ready, as the end of a sentence. */
  readonly missing: string;
  /** What it must find free, as the start of a sentence; undefined where nothing can be taken. */
  readonly taken: string | undefined;
  /** What the block prints, as it comes. */
  push(text: string): void;
  /** Look once; a reason (a part of a sentence) when nobody can tell. */
  look(session: Session, signal: AbortSignal): Promise<boolean | { readonly reason: string }>;
}

/** Make the probe, its `${VAR}` filled in; a reason (a part of a sentence) when it asks for what there is not. */
export async function probeOf(ready: Readiness, session: Session): Promise<Probe | { readonly reason: string }> {
  switch (ready.kind) {
    case "port": {
      const port = await filledIn(ready.port, session);
      return typeof port === "string" ? portProbe(port) : port;
    }
    case "http": {
      const url = await filledIn(ready.url, session);
      return typeof url === "string" ? httpProbe(url) : url;
    }
    case "line":
      return lineProbe(ready.pattern);
  }
}

function portProbe(port: string): Probe | { readonly reason: string } {
  const number = /^\d+$/.test(port) ? Number(port) : Number.NaN;
  if (!(number >= 1 && number <= 65_535)) {
    return { reason: `was not started: \`ready\` asks for port \`${port}\`, expected a number from 1 to 65535` };
  }
  const reach = (host: string): string => `( \\builtin exec 3<>/dev/tcp/${host}/${number} ) 2>/dev/null`;
  const source = `${reach("127.0.0.1")} || ${reach("::1")}`;
  return {
    missing: `nothing listens on port ${number}`,
    taken: `port ${number} is taken`,
    push: () => undefined,
    look: async (session, signal) => {
      const { end } = await look(session, signal, source);
      return end.kind === "exited" && end.status === 0;
    },
  };
}

/** Asked with the session's own curl: in the sandbox it knows the way to the cluster. */
function httpProbe(url: string): Probe {
  const word = `'${url.replaceAll("'", "'\\''")}'`;
  const source = `command curl -gsS -o /dev/null -m 2 -w '%{http_code}\\n' --url ${word} 2>/dev/null || [ $? != 127 ]`;
  return {
    missing: `\`${url}\` does not answer with a status of 2xx or 3xx`,
    taken: `\`${url}\` answers`,
    push: () => undefined,
    look: async (session, signal) => {
      const { end, output } = await look(session, signal, source);
      if (end.kind === "exited" && end.status !== 0) return { reason: "curl, which `ready` needs, was not found" };
      return end.kind === "exited" && /^[23]\d\d\s*$/.test(output.head);
    },
  };
}

function lineProbe(pattern: string): Probe {
  const watch = new LineWatch(pattern);
  return {
    missing: `none of its lines matches \`${pattern}\``,
    taken: undefined,
    push: (text) => watch.push(text),
    look: async () => watch.found,
  };
}

function look(session: Session, signal: AbortSignal, source: string): ReturnType<Session["run"]> {
  return session.run({ source, mode: "check", timeoutMs: LOOK_TIMEOUT_MS, stream: "both", signal });
}

async function filledIn(text: string, session: Session): Promise<string | { readonly reason: string }> {
  const parts = parseTemplate(text);
  const names = [...new Set(parts.flatMap((part) => (part.kind === "variable" ? [part.name] : [])))];
  const values = names.length === 0 ? new Map<string, string>() : await session.variables(names);
  const unset = names.filter((name) => !values.has(name)).map((name) => `\`${name}\``);
  if (unset.length > 0) {
    return {
      reason: `was not started: ${unset.join(", ")} ${unset.length === 1 ? "is" : "are"} not set in the session`,
    };
  }
  return parts
    .map((part) => (part.kind === "text" ? part.text : part.kind === "variable" ? (values.get(part.name) ?? "") : "${"))
    .join("");
}
