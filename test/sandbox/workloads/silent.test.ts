import { expect, test } from "vitest";
import type { Happening } from "../../../src/sandbox/control/index.ts";
import type { JsonObject } from "../../../src/sandbox/objects/index.ts";
import { startPods, type TestPods } from "./container.ts";

/** What becomes of a container, until something does. */
function started(container: JsonObject, more: JsonObject = {}): TestPods & { readonly told: Promise<Happening> } {
  let tell = (_happening: Happening): void => {};
  const told = new Promise<Happening>((resolve) => {
    tell = resolve;
  });
  const pods = startPods({ tell: (_pod, _run, happening) => tell(happening), secondMs: () => 10 });
  pods.pod("web", { containers: [{ name: "app", ...container }], ...more });
  return { ...pods, told };
}

const SERVER = ["sh", "-c", "render-config > /tmp/conf && exec /opt/server --config /tmp/conf"];

test.each([
  ["what its image does not hold, where that is known", { image: "nginx:1.27", command: SERVER }, {}, 127],
  [
    "what is not simulated, in a pod that is to end",
    { image: "example/any", command: SERVER },
    { restartPolicy: "Never" },
    0,
  ],
  [
    "what is not simulated, before it fails by itself",
    { image: "example/any", command: ["sh", "-c", "render-config; exit 3"] },
    {},
    3,
  ],
])("a script comes to %s", async (_name, container, more, exitCode) => {
  expect(await started(container, more).told).toEqual({ kind: "exited", exitCode });
});

test.each([
  [{ httpGet: { port: 8080 } }],
  [{ tcpSocket: { port: 8080 } }],
  [{ exec: { command: ["/bin/health_probe"] } }],
  [{ exec: { command: ["sh", "-c", "health_probe --all && test -e /tmp/conf"] } }],
])("a script that starts what is not simulated runs on, and its probes pass: %o", async (probe) => {
  const startupProbe = { ...probe, periodSeconds: 1, initialDelaySeconds: 30 };
  const { told } = started({ image: "example/any", command: SERVER, startupProbe });
  expect(await told).toMatchObject({ kind: "probed", probe: "startup", result: "success" });
});

test("a client is told what is missing, where the kubelet cannot know", async () => {
  const { pod, run } = startPods();
  const { err, exit } = await run(pod("one"), ["sh", "-c", "health_probe"]);
  expect([err, exit]).toEqual(["sh: health_probe: not found\n", { code: 127 }]);
});

test("a script starts its image's server", async () => {
  const { pod, run } = startPods();
  const page = "echo ours > /usr/share/nginx/html/index.html";
  const web = pod("web", {
    container: { image: "nginx:1.27", command: ["sh", "-c", `${page} && nginx -g 'daemon off;'`] },
  });
  const client = pod("client");
  const asked = `until curl -sf ${web.status?.podIP}; do sleep 0.01; done`;
  expect((await run(client, ["sh", "-c", asked])).out).toBe("ours\n");
});
