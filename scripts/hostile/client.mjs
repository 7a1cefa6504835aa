/** Sends requests to a sandbox process as they are; what comes back is read whole, but for streams. */
import { Agent, request as send } from "node:https";

/** An answer that has not begun, or not ended, by then hangs. */
const HANG_MS = 30_000;

export class Client {
  #daemon;
  #agent = new Agent({ keepAlive: true, maxSockets: 16 });

  constructor(daemon) {
    this.#daemon = daemon;
  }

  /** `{ code, type, text, ms }`. A stream is left with its head. Rejects with `hang` or how the connection broke. */
  call({ method = "GET", path, headers = {}, body }, { isStream = streams(method, path) } = {}) {
    const { port, ca, token } = this.#daemon;
    const length = body === undefined ? {} : { "content-length": String(body.length) };
    const all = { authorization: `Bearer ${token}`, ...headers, ...length };
    const began = performance.now();
    return new Promise((resolve, reject) => {
      const options = {
        host: "127.0.0.1",
        port,
        ca,
        method,
        path,
        headers: all,
        agent: isStream ? undefined : this.#agent,
      };
      const outgoing = send(options, (response) => {
        const { statusCode: code } = response;
        const type = response.headers["content-type"] ?? "";
        const done = (text) => {
          clearTimeout(timer);
          resolve({ code, type, text, ms: performance.now() - began });
        };
        if (isStream && code === 200) {
          done("");
          outgoing.destroy();
          return;
        }
        const chunks = [];
        response.on("data", (chunk) => chunks.push(chunk));
        response.on("end", () => done(Buffer.concat(chunks).toString("utf8")));
        response.on("error", reject);
        response.on("aborted", () => reject(new Error("cut")));
      });
      const timer = setTimeout(() => outgoing.destroy(new Error("hang")), HANG_MS);
      outgoing.on("upgrade", (_response, socket) => {
        clearTimeout(timer);
        socket.destroy();
        resolve({ code: 101, type: "", text: "", ms: performance.now() - began });
      });
      outgoing.on("error", (error) => {
        clearTimeout(timer);
        reject(error);
      });
      outgoing.end(body);
    });
  }

  /** A value by GET. */
  async get(path) {
    const { code, text } = await this.call({ path }, { isStream: false });
    if (code !== 200) throw new Error(`GET ${path}: ${code} ${text.slice(0, 300)}`);
    return JSON.parse(text);
  }

  close() {
    this.#agent.destroy();
  }
}

/** Whether the answer goes on until somebody ends it. */
function streams(method, path) {
  return (method === "GET" || method === "HEAD") && /[?&](watch|follow)=/.test(path);
}
