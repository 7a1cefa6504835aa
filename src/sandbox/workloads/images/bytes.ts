import type { ByteServer } from "./image.ts";

/** `istio/tcp-echo-server PORTS PREFIX`: each line comes back with the prefix in front. */
export function tcpEcho(args: readonly string[]): ByteServer {
  // The image's own entry point is the program: a pod's arguments are ports and prefix.
  const [list = "9000,9001,9002", prefix = "hello"] = args.filter((one) => one !== "/bin/tcp-echo");
  const ports = list.split(",").map(Number);
  return {
    speaks: "bytes",
    ports,
    startLog: () => ports.flatMap((port) => [`listening on [::]:${port}, prefix: ${prefix}`]),
    accept: (socket, { from, fromPort, port, pod, log }) => {
      let rest = "";
      socket.on("data", (chunk: Buffer) => {
        const lines = (rest + chunk.toString("latin1")).split("\n");
        rest = lines.pop() ?? "";
        for (const line of lines) {
          log(`request: ${line}`);
          const answer = `${prefix} ${line}\n`;
          log(`response: ${answer.trimEnd()}`);
          socket.write(answer, "latin1");
        }
      });
      socket.on("end", () => socket.end());
      log(`new client: ${from}:${fromPort} on ${pod.status?.podIP}:${port}`);
    },
  };
}

/** A server whose protocol is not simulated: it takes connections, says nothing, and ends when the client does. */
export function silent(port: number, startLog: readonly string[]): ByteServer {
  return {
    speaks: "bytes",
    ports: [port],
    startLog: () => startLog,
    accept: (socket) => {
      socket.resume();
      socket.on("end", () => socket.end());
    },
  };
}
