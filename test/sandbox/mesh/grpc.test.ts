import { expect, test } from "vitest";
import { answering, cluster, config, endpoint, get, ok, route, virtualMesh, workload } from "./mesh.ts";

const client = workload("client", "10.244.0.2");
const web = workload("web-1", "10.244.0.3");
const WEB = "outbound|80||web.default.svc.cluster.local";

function aborted(grpc: string, type: string) {
  const fault = { delay: undefined, abort: { status: 200, grpc, percent: 100 } };
  const own = config([route(WEB, { fault })], [cluster(WEB, [endpoint(web)])]);
  const { time, send, hops } = virtualMesh(own, () => answering(ok()));
  const answer = time.run(send(client, get("/", [["content-type", type]])));
  return { answer, told: hops.map(({ status, responseFlags }) => [status, ...responseFlags]) };
}

test.each([
  ["UNAVAILABLE", "application/grpc", "14"],
  ["7", "application/grpc+proto", "7"],
])("an abort by gRPC status %s is all in the headers for a client of %s", (status, type, number) => {
  const { answer, told } = aborted(status, type);
  expect(answer).toMatchObject({
    status: 200,
    body: Buffer.alloc(0),
    headers: expect.arrayContaining([
      ["content-type", "application/grpc"],
      ["grpc-status", number],
      ["grpc-message", "fault filter abort"],
    ]),
  });
  expect(told).toEqual([[200, "FI"]]);
});

test("other clients read the words of it, with the status 200", () => {
  const { answer } = aborted("UNAVAILABLE", "application/grpcx");
  expect(answer).toMatchObject({ status: 200, body: Buffer.from("fault filter abort") });
});
