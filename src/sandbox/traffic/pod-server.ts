import { createServer, type Server } from "node:http";
import type { Duplex } from "node:stream";
import { type HttpRequest, type HttpResponse, readRequest, sendAnswer } from "../api/index.ts";
import type { KubeObject } from "../objects/index.ts";
import type { Route } from "./route.ts";

/** What runs in pods, as it is asked from outside. */
export interface Pods {
  request(
    pod: KubeObject,
    port: number,
    request: HttpRequest,
    from: string,
  ): Promise<HttpResponse | "refused" | "reset">;
  listens(pod: KubeObject, port: number): boolean;
}

export type PodRoute = Extract<Route, { kind: "pod" }>;

/** Speaks HTTP on connections that lead to pods; a connection stays with its pod, as through kube-proxy. */
export class PodServer {
  readonly #server: Server;
  readonly #routes = new WeakMap<object, PodRoute>();

  constructor(pods: Pods, log: (message: string, error?: unknown) => void) {
    this.#server = createServer({ keepAlive: true, maxHeaderSize: 64 * 1024 }, (request, response) => {
      const route = this.#routes.get(request.socket);
      response.on("error", () => {});
      if (route === undefined) return void response.destroy();
      void (async () => {
        try {
          const answer = await pods.request(route.pod, route.port, await readRequest(request), route.from);
          if (typeof answer === "string") response.destroy();
          else sendAnswer(response, answer);
        } catch (error) {
          log(`request to ${route.pod.metadata.namespace}/${route.pod.metadata.name}:${route.port}`, error);
          response.destroy();
        }
      })();
    });
    // Nothing in a pod of this sandbox speaks another protocol: the connection ends.
    this.#server.on("upgrade", (_request, socket) => socket.destroy());
    this.#server.on("connect", (_request, socket) => socket.destroy());
  }

  /** Take over a connection whose next bytes are the client's. */
  take(connection: Duplex, route: PodRoute): void {
    this.#routes.set(connection, route);
    this.#server.emit("connection", connection);
  }
}
