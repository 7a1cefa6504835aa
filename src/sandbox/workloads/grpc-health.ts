import type { Duplex } from "node:stream";

/** What came of `grpc.health.v1.Health/Check`. */
export type Health =
  | { readonly kind: "answered"; readonly status: string }
  /** Refused by gRPC's own status. */
  | { readonly kind: "refused"; readonly code: number; readonly message: string }
  /** The other side does not speak gRPC. */
  | { readonly kind: "unconnected" };

const SERVING = ["UNKNOWN", "SERVING", "NOT_SERVING", "SERVICE_UNKNOWN"];
const NO_STATUS = 2;

/** Asks a server over a connection how a service of it fares (grpc/health/v1/health.proto). Never rejects. */
export async function checkHealth(socket: Duplex, authority: string, service: string): Promise<Health> {
  const { connect } = await import("node:http2");
  return new Promise((resolve) => {
    const session = connect(`http://${authority}`, { createConnection: () => socket });
    const end = (health: Health): void => {
      resolve(health);
      session.destroy();
      socket.destroy();
    };
    const failed = (): void => end({ kind: "unconnected" });
    session.on("error", failed);
    socket.once("close", failed);
    const asked = session.request({
      ":method": "POST",
      ":path": "/grpc.health.v1.Health/Check",
      "content-type": "application/grpc",
      "user-agent": "kube-probe/1.35 grpc-go/1.72.2",
      te: "trailers",
    });
    const chunks: Buffer[] = [];
    let refusal: Health | undefined;
    const read = (headers: Readonly<Record<string, unknown>>): void => {
      const code = Number(headers["grpc-status"] ?? 0);
      const message = decodeURIComponent(String(headers["grpc-message"] ?? ""));
      if (code !== 0) refusal = { kind: "refused", code, message };
    };
    asked.on("response", (headers) => {
      const status = Number(headers[":status"]);
      if (status !== 200) {
        const message = `unexpected HTTP status code received from server: ${status}`;
        refusal = { kind: "refused", code: NO_STATUS, message };
      } else read(headers);
    });
    asked.on("trailers", read);
    asked.on("data", (chunk: Buffer) => chunks.push(chunk));
    asked.on("error", failed);
    asked.on("end", () => end(refusal ?? { kind: "answered", status: statusIn(Buffer.concat(chunks)) }));
    asked.end(framed(service));
  });
}

/** `HealthCheckRequest { string service = 1; }` behind gRPC's five bytes. */
function framed(service: string): Buffer {
  const name = Buffer.from(service);
  const message = name.length === 0 ? name : Buffer.concat([Buffer.from([0x0a, ...varint(name.length)]), name]);
  const head = Buffer.alloc(5);
  head.writeUInt32BE(message.length, 1);
  return Buffer.concat([head, message]);
}

function varint(value: number): readonly number[] {
  return value < 128 ? [value] : [(value & 127) | 128, ...varint(value >> 7)];
}

/** `HealthCheckResponse { ServingStatus status = 1; }`. */
function statusIn(body: Buffer): string {
  return SERVING[body[5] === 0x08 ? (body[6] ?? 0) : 0] ?? "UNKNOWN";
}
