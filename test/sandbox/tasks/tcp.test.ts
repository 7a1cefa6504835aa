import { afterAll, beforeAll, expect, test } from "vitest";
import type { Installed } from "../istio/installed.ts";
import { ingressPort, NODE, startTask } from "./release.ts";

let task: Installed;
let port: string;

beforeAll(async () => {
  task = await startTask("tcp-tasks", ["curl/curl.yaml", "tcp-echo/tcp-echo-services.yaml"]);
  port = await ingressPort(task, "tcp");
}, 60_000);

afterAll(() => task?.end());

const inCurl = (line: string): string => `kubectl exec deploy/curl -c curl -- sh -c '${line}'`;
const apply = (yaml: string): Promise<string> => task.run("kubectl apply -f -", yaml);

test("TCP traffic shifting: a pod of the mesh comes through the gateway, by weight", async () => {
  const sample = (name: string): string => `kubectl apply -f $HOME/istio-1.31.0/samples/tcp-echo/${name}.yaml`;
  await task.run(sample("tcp-echo-all-v1"));
  const say = `echo word | nc ${NODE} ${port}`;
  expect(await task.until(inCurl(say), /word/)).toBe("one word\n");
  // The gateway's service has the port's own number.
  expect(await task.run(inCurl("echo word | nc istio-ingressgateway.istio-system 31400"))).toBe("one word\n");
  const many = inCurl(`for i in $(seq 40); do ${say}; done`);
  expect(await task.run(many)).toBe("one word\n".repeat(40));
  await task.run(sample("tcp-echo-20-v2"));
  const mixed = (await task.until(many, /two/)).split("\n").filter(Boolean);
  expect(mixed).toHaveLength(40);
  expect(new Set(mixed)).toEqual(new Set(["one word", "two word"]));
  expect(mixed.filter((line) => line === "two word").length).toBeLessThan(20);
});

test("a port that nobody opens: the sidecar takes the connection and cuts it, and says so at once", async () => {
  const http = await ingressPort(task, "http2");
  const out = await task.run(inCurl(`curl -sS -m 5 http://${NODE}:${http}/`));
  expect(out).toBe("curl: (56) Recv failure: Connection reset by peer\ncommand terminated with exit code 56\n[56]");
});

test("authorization for TCP: by port, also for who asks the pod itself", async () => {
  const policy = (action: string, operation: string): string => `
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: { name: tcp-policy }
spec:
  selector: { matchLabels: { app: tcp-echo } }
  action: ${action}
  rules: [{ to: [{ operation: ${operation} }] }]
`;
  const pod = await task.run("kubectl get pod -l app=tcp-echo,version=v1 -o jsonpath='{.items[0].status.podIP}'");
  // No service knows port 9002.
  const toPod = inCurl(`echo word | nc ${pod} 9002`);
  const at = (number: number): string => inCurl(`echo word | nc tcp-echo ${number}`);
  expect(await task.run(toPod)).toBe("one word\n");
  await apply(policy("ALLOW", '{ ports: ["9000"] }'));
  expect(await task.until(toPod, /^(?!.*word)/)).toBe("");
  expect(await task.run(at(9000))).toMatch(/^(?:one|two) word\n$/);
  expect(await task.run(at(9001))).toBe("");
  // A method is none of a connection's: an ALLOW rule never holds then.
  await apply(policy("ALLOW", '{ methods: [GET], ports: ["9000"] }'));
  expect(await task.until(at(9000), /^(?!.*word)/)).toBe("");
  // A DENY rule holds as if it did not ask for it.
  await apply(policy("DENY", '{ methods: [GET], ports: ["9000"] }'));
  expect(await task.until(at(9001), /word/)).toMatch(/^(?:one|two) word\n$/);
  expect(await task.run(at(9000))).toBe("");
});

test("each proxy tells of a connection when it is over, and counts it", async () => {
  await task.run("kubectl delete authorizationpolicy tcp-policy");
  const logOf = (place: string): string => `kubectl logs ${place} -c istio-proxy --tail=400`;
  const line = (bytes: string, rest: string): RegExp =>
    new RegExp(`^\\[[^\\]]+\\] "- - -" 0 - - - "-" ${bytes} \\d+ - "-" "-" "-" "-" ${rest}$`, "m");
  const ip = String.raw`(\d+\.){3}\d+`;
  const echo = `"${ip}:9001" outbound\\|9001\\|\\|tcp-echo\\.default\\.svc\\.cluster\\.local`;
  expect(await task.until(inCurl("echo sentence | nc tcp-echo 9001"), /sentence/)).toMatch(/ sentence\n$/);
  const client = await task.until(logOf("deploy/curl"), line("9 13", ".*"));
  expect(client).toMatch(line("9 13", `${echo} ${ip}:\\d+ ${ip}:9001 ${ip}:\\d+ - -`));
  const servers = await task.until("kubectl logs -l app=tcp-echo -c istio-proxy --tail=400", line("9 13", ".*"));
  const sni = String.raw`outbound_\.9001_\._\.tcp-echo\.default\.svc\.cluster\.local`;
  expect(servers).toMatch(
    line("9 13", `"${ip}:9001" inbound\\|9001\\|\\| 127\\.0\\.0\\.6:\\d+ ${ip}:9001 ${ip}:\\d+ ${sni} -`),
  );
  // What was refused by a rule says so; what no program took, too.
  expect(servers).toMatch(
    /"- - -" 0 - - rbac_access_denied_matched_policy\[none\] "-" 5 0 \d+ .* "-" inbound\|9001\|\| - /,
  );
  const gateway = await task.run(logOf("-n istio-system deploy/istio-ingressgateway"));
  expect(gateway).toMatch(line("5 9", String.raw`"${ip}:9000" outbound\|9000\|v1\|tcp-echo\..* ${ip}:31400 .* - -`));
  const counts = await task.run(inCurl("curl -s localhost:15020/stats/prometheus"));
  expect(counts).toMatch(/^# TYPE istio_tcp_sent_bytes_total counter\nistio_tcp_sent_bytes_total\{reporter="source",/m);
  expect(counts).toMatch(/^istio_tcp_connections_closed_total\{.*destination_service_name="tcp-echo".*\} \d+$/m);
});
