import { mkdirSync, writeFileSync } from "node:fs";
import { type AddressInfo, createServer } from "node:net";
import path from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { openCliRoom } from "../support/run-cli.ts";

const LESSON = `---
title: Out of here
targets: [sandbox]
---

# Out of here

\`\`\`bash
kind create cluster --name learn-istio
kubectl create deployment web --image=nginx:1.27
kubectl expose deployment web --port=80 --type=NodePort
kubectl rollout status deployment web --timeout=60s
\`\`\`

\`\`\`bash
curl -s "http://172.18.0.2:$(kubectl get service web -o jsonpath='{.spec.ports[0].nodePort}')/" | grep '<title>'
\`\`\`

\`\`\`output
<title>Welcome to nginx!</title>
\`\`\`

\`\`\`bash
curl -s http://nowhere.example/ || echo "nothing: $?"
\`\`\`

\`\`\`output
nothing: 97
\`\`\`

## Checkpoint

<details>
<summary>Check: it runs</summary>

\`\`\`bash
kubectl get deployment web -o jsonpath='{.status.readyReplicas}{"\\n"}'
\`\`\`

\`\`\`output
1
\`\`\`

</details>
`;

/** One that counts who comes, and sends everyone away. */
async function listening(): Promise<{ readonly port: number; readonly connections: () => number }> {
  let connections = 0;
  const server = createServer((socket) => {
    connections += 1;
    socket.destroy();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void server.close());
  return { port: (server.address() as AddressInfo).port, connections: () => connections };
}

test.each([
  ["is led to proxies by every variable and file", {}],
  ["asks for no proxy at all", { NO_PROXY: "*", no_proxy: "*" }],
])("a lesson passes and nothing leaves for a user who %s", async (_, more) => {
  const stranger = await listening();
  const proxy = `http://127.0.0.1:${stranger.port}`;
  const room = openCliRoom({ "lessons/out.md": LESSON });
  onTestFinished(room.remove);
  const home = String(room.env.HOME);
  mkdirSync(home, { recursive: true });
  writeFileSync(path.join(home, ".curlrc"), `proxy = "${proxy}"\nfail\n`);
  writeFileSync(path.join(home, ".netrc"), "default login me password secret\n", { mode: 0o600 });
  const names = ["http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"];
  const env = {
    CURL_HOME: home,
    CURL_CA_BUNDLE: "/nowhere",
    ...Object.fromEntries(names.map((name) => [name, proxy])),
  };
  const { code, stdout, stderr } = await room.run(["test", "lessons/out.md", "--yes", "--offline"], {
    env: { ...env, ...more },
  });
  expect(stdout + stderr).toContain("4 passed, 0 failed");
  expect(code).toBe(0);
  expect(stranger.connections()).toBe(0);
});
