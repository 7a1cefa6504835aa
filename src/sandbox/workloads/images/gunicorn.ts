import { combinedLine } from "./combined-log.ts";
import { flag, type HttpServer, type ServerContext } from "./image.ts";

/** What gunicorn writes when it is up. `bound`: the address as it was given, `0.0.0.0:80`. */
export function gunicornStart(version: string, bound: string): (at: ServerContext) => readonly string[] {
  return ({ now }) => {
    const time = `${new Date(now).toISOString().slice(0, 19).replace("T", " ")} +0000`;
    const info = (text: string): string => `[${time}] [1] [INFO] ${text}`;
    return [
      info(`Starting gunicorn ${version}`),
      info(`Listening at: http://${bound} (1)`),
      info("Using worker: gevent"),
    ];
  };
}

/** Requests are written down only when it is told where: `--access-logfile -` is the container's log. */
export function gunicornAccessLog(args: readonly string[]): Pick<HttpServer, "requestLog"> {
  if (flag(args, "access-logfile") !== "-") return {};
  return { requestLog: (request, response, at) => [combinedLine(request, response, at)] };
}
