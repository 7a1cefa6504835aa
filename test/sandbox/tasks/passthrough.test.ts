import { afterAll, beforeAll, expect, test } from "vitest";
import type { Installed } from "../istio/installed.ts";
import { ingressPort, NODE, startTask } from "./release.ts";

let task: Installed;

beforeAll(async () => {
  task = await startTask("passthrough-task", []);
}, 60_000);

afterAll(() => task?.end());

const CONF = `events {
}
http {
  server {
    listen 443 ssl;
    root /usr/share/nginx/html;
    index index.html;
    server_name nginx.example.com;
    ssl_certificate /etc/nginx-server-certs/tls.crt;
    ssl_certificate_key /etc/nginx-server-certs/tls.key;
  }
}
`;
const OBJECTS = `
apiVersion: v1
kind: Service
metadata: { name: my-nginx }
spec: { ports: [{ port: 443, protocol: TCP }], selector: { run: my-nginx } }
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: my-nginx }
spec:
  selector: { matchLabels: { run: my-nginx } }
  template:
    metadata: { labels: { run: my-nginx, sidecar.istio.io/inject: "true" } }
    spec:
      containers:
      - name: my-nginx
        image: nginx
        ports: [{ containerPort: 443 }]
        volumeMounts:
        - { name: nginx-config, mountPath: /etc/nginx, readOnly: true }
        - { name: nginx-server-certs, mountPath: /etc/nginx-server-certs, readOnly: true }
      volumes:
      - { name: nginx-config, configMap: { name: nginx-configmap } }
      - { name: nginx-server-certs, secret: { secretName: nginx-server-certs } }
---
apiVersion: networking.istio.io/v1
kind: Gateway
metadata: { name: mygateway }
spec:
  selector: { istio: ingressgateway }
  servers:
  - port: { number: 443, name: https, protocol: HTTPS }
    tls: { mode: PASSTHROUGH }
    hosts: [nginx.example.com]
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: nginx }
spec:
  hosts: [nginx.example.com]
  gateways: [mygateway]
  tls:
  - match: [{ port: 443, sniHosts: [nginx.example.com] }]
    route: [{ destination: { host: my-nginx, port: { number: 443 } } }]
`;

test("ingress without TLS termination: the program's own certificate, and its own configuration", async () => {
  const key = "-newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout $HOME/nginx.key";
  await task.run(
    `openssl req -x509 ${key} -days 9 -subj /CN=nginx.example.com -addext subjectAltName=DNS:nginx.example.com -out $HOME/nginx.crt`,
  );
  expect(
    await task.run("kubectl create secret tls nginx-server-certs --key $HOME/nginx.key --cert $HOME/nginx.crt"),
  ).toBe("secret/nginx-server-certs created\n");
  const file = "--from-file=nginx.conf=$HOME/nginx.conf";
  expect(await task.run(`cat > $HOME/nginx.conf && kubectl create configmap nginx-configmap ${file}`, CONF)).toBe(
    "configmap/nginx-configmap created\n",
  );
  await task.run("kubectl apply -f -", OBJECTS);
  expect(await task.run("kubectl wait --for=condition=Available deploy/my-nginx --timeout=20s")).toContain("met");
  const inPod = "kubectl exec deploy/my-nginx -c istio-proxy -- curl -sS -k -o /dev/null -w '%{http_code}'";
  expect(await task.run(`${inPod} --resolve nginx.example.com:443:127.0.0.1 https://nginx.example.com`)).toBe("200");
  // This configuration opens no other port.
  expect(await task.run(`${inPod} http://127.0.0.1:80`)).toMatch(/\[7\]$/);
  const port = await ingressPort(task, "https");
  const curl = (name: string): string =>
    `curl -sS -m 5 --connect-to ${name}:${port}:${NODE}:${port} --cacert $HOME/nginx.crt https://${name}:${port}/`;
  expect(await task.until(curl("nginx.example.com"), /Welcome/)).toContain("<title>Welcome to nginx!</title>");
  expect(await task.run(curl("other.example.com"))).toMatch(/\[35\]$/);
});
