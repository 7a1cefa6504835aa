import { expect, test } from "vitest";
import { createCertificate } from "../../../src/sandbox/api/index.ts";
import { connectionPair, type Flow, join } from "../../../src/sandbox/network/index.ts";
import { startPods, type TestPods } from "./container.ts";

const curl = (pods: TestPods, from: Parameters<TestPods["run"]>[0], ...args: string[]): ReturnType<TestPods["run"]> =>
  pods.run(from, ["curl", "-sS", ...args]);

/** Waits for a program to listen, as an entry point script would. */
async function listening({ run }: TestPods, from: Parameters<TestPods["run"]>[0], place: string): Promise<void> {
  const script = `until nc -z ${place}; do sleep 0.01; done`;
  expect((await run(from, ["sh", "-c", script])).exit).toEqual({ code: 0 });
}

test.each<[string, string[], number, string, string]>([
  ["registry.k8s.io/e2e-test-images/agnhost:2.53", ["netexec", "--http-port=9090"], 9090, "/hostname", "server"],
  ["registry.k8s.io/e2e-test-images/agnhost:2.53", ["netexec"], 8080, "/echo?msg=hi", "hi"],
  ["registry.k8s.io/e2e-test-images/agnhost:2.53", ["serve-hostname"], 9376, "/", "server"],
  ["hashicorp/http-echo", ["-text=one", "-listen=:8080"], 8080, "/any", "one\n"],
  ["gcr.io/google-samples/hello-app:2.0", [], 8080, "/", "Hello, world!\nVersion: 2.0.0\nHostname: server\n"],
  ["nginxdemos/hello:plain-text", [], 80, "/x", "Server address: 10.244.0.5:80\nServer name: server\nDate: "],
  ["traefik/whoami", ["--port=8081"], 8081, "/a", "Hostname: server\nIP: 127.0.0.1\nIP: ::1\nIP: 10.244.0.5\n"],
  ["mendhak/http-https-echo:37", [], 8080, "/a?b=c", '{\n  "path": "/a",'],
])("%s %j answers on port %i", async (image, args, port, path, body) => {
  const pods = startPods();
  pods.pod("server", { container: { image, args } });
  const { out, err } = await curl(pods, pods.pod("client"), `10.244.0.5:${port}${path}`);
  expect([out.slice(0, body.length), err]).toEqual([body, ""]);
});

test("a command that is the image's own program starts its server, another one does not", async () => {
  const pods = startPods();
  const image = "registry.k8s.io/e2e-test-images/agnhost:2.53";
  pods.pod("own", { container: { image, command: ["/agnhost"], args: ["netexec"] } });
  pods.pod("other", { container: { image, command: ["sleep", "9"] } });
  const client = pods.pod("client", { container: { image, args: ["pause"] } });
  expect((await pods.run(client, ["/agnhost", "connect", "10.244.0.5:8080"])).exit).toEqual({ code: 0 });
  expect(await pods.run(client, ["/agnhost", "connect", "10.244.0.6:8080"])).toMatchObject({
    err: "REFUSED\n",
    exit: { code: 1 },
  });
});

test("bytes: an echo of lines, a silent cache, two programs that talk", async () => {
  const pods = startPods();
  pods.pod("echo", { container: { image: "istio/tcp-echo-server:1.3", args: ["9000,9001", "two"] } });
  pods.pod("cache", { container: { image: "redis:8" } });
  const client = pods.pod("client");
  expect((await pods.run(client, ["nc", "10.244.0.5", "9001"], "a\nb\n")).out).toBe("two a\ntwo b\n");
  expect((await pods.run(client, ["nc", "-zv", "10.244.0.6", "6379"])).err).toBe("10.244.0.6 (10.244.0.6:6379) open\n");
  expect(await pods.run(client, ["nc", "-zv", "10.244.0.6", "6380"])).toMatchObject({
    err: "nc: 10.244.0.6 (10.244.0.6:6380): Connection refused\n",
    exit: { code: 1 },
  });
  const script = "printf 'HTTP/1.1 200 OK\\r\\n\\r\\nby hand' | nc -l -p 8000 > /tmp/asked";
  const serving = pods.run(client, ["sh", "-c", `${script}; head -n 1 /tmp/asked`]);
  const other = pods.pod("other");
  const ask = "until curl -s 10.244.0.7:8000; do sleep 0.01; done";
  expect((await pods.run(other, ["sh", "-c", ask])).out).toBe("by hand");
  expect((await serving).out).toBe("GET / HTTP/1.1\r\n");
});

test("a port that a program listens on is taken; it is free when the program ends", async () => {
  const pods = startPods();
  const web = pods.pod("web", { container: { image: "busybox" } });
  const script = "echo page > /tmp/index.html; httpd -f -p 8080 -h /tmp";
  const stop = new AbortController();
  const serving = pods.run(web, ["sh", "-c", script], undefined, stop.signal);
  const client = pods.pod("client");
  await listening(pods, client, "10.244.0.5 8080");
  expect((await curl(pods, client, "10.244.0.5:8080/")).out).toBe("page\n");
  expect((await pods.run(web, ["httpd", "-f", "-p", "8080"])).err).toBe("httpd: bind: Address already in use\n");
  stop.abort();
  await serving;
  expect((await curl(pods, client, "10.244.0.5:8080/")).exit).toEqual({ code: 7 });
});

test("httpd goes on by itself: past the shell that started it, until it is killed or its container ends", async () => {
  const pods = startPods();
  const web = pods.pod("web", { container: { image: "busybox" } });
  const client = pods.pod("client");
  const start = "echo page > /tmp/index.html; httpd -p 8080 -h /tmp && httpd -p 8080; echo $?";
  expect(await pods.run(web, ["sh", "-c", start])).toMatchObject({
    out: "1\n",
    err: "httpd: bind: Address already in use\n",
  });
  expect((await curl(pods, client, "10.244.0.5:8080/")).out).toBe("page\n");
  const { out } = await pods.run(web, ["sh", "-c", "ps | grep 'httpd -p 8080 -h' | grep -v grep"]);
  expect(out).toMatch(/^ *\d+ .*httpd -p 8080 -h \/tmp\n$/);
  await pods.run(web, ["sh", "-c", `kill ${Number.parseInt(out, 10)}`]);
  expect((await curl(pods, client, "10.244.0.5:8080/")).exit).toEqual({ code: 7 });
  await pods.run(web, ["httpd", "-p", "8081", "-h", "/tmp"]);
  expect((await curl(pods, client, "10.244.0.5:8081/")).out).toBe("page\n");
  pods.store.remove("/pods", "default", "web");
  await new Promise(setImmediate);
  expect(pods.workloads.network.listener(web, 8081)).toBeUndefined();
});

test("python -m http.server: pages, a folder, what is missing, and its log", async () => {
  const pods = startPods();
  const web = pods.pod("web", { container: { image: "python:3.13" } });
  const client = pods.pod("client");
  const script = "mkdir /tmp/d; echo a > /tmp/d/a.txt; cd /tmp; python -m http.server 8000";
  const stop = new AbortController();
  const serving = pods.run(web, ["sh", "-c", script], undefined, stop.signal);
  await listening(pods, client, "10.244.0.5 8000");
  expect((await curl(pods, client, "10.244.0.5:8000/d/a.txt")).out).toBe("a\n");
  expect((await curl(pods, client, "10.244.0.5:8000/d/")).out).toContain('<li><a href="a.txt">a.txt</a></li>');
  expect((await curl(pods, client, "-o", "/dev/null", "-w", "%{http_code}", "10.244.0.5:8000/x")).out).toBe("404");
  stop.abort();
  const { out, err } = await serving;
  expect(out).toBe("Serving HTTP on 0.0.0.0 port 8000 (http://0.0.0.0:8000/) ...\n");
  expect(err).toMatch(/^10\.244\.0\.6 - - \[.*\] "GET \/d\/a\.txt HTTP\/1\.1" 200 -\n/);
});

test("nc -k takes one client after the other; a host that nobody has is no way", async () => {
  const pods = startPods();
  const web = pods.pod("web");
  const client = pods.pod("client");
  const stop = new AbortController();
  const serving = pods.run(web, ["sh", "-c", "nc -l -k -p 7000 > /tmp/heard"], undefined, stop.signal);
  for (const text of ["one\n", "two\n"]) {
    await pods.run(client, ["sh", "-c", `until printf '${text}' | nc 10.244.0.5 7000; do sleep 0.01; done`]);
  }
  const away = await curl(pods, client, "-v", "172.18.0.99");
  expect(away.err).toContain("* connect to 172.18.0.99 port 80 from 10.244.0.6 port 0 failed: No route to host\n");
  expect(away.exit).toEqual({ code: 7 });
  const heard = await pods.run(web, ["sh", "-c", "until grep -q two /tmp/heard; do sleep 0.01; done; cat /tmp/heard"]);
  expect(heard.out).toBe("one\ntwo\n");
  stop.abort();
  await serving;
});

test("bodies that come bit by bit, and large ones", async () => {
  const pods = startPods();
  pods.pod("bin", { container: { image: "mccutchen/go-httpbin" } });
  const client = pods.pod("client");
  const events = await curl(pods, client, "-N", "-i", "10.244.0.5:8080/sse?count=3&duration=10ms");
  expect(events.out).toMatch(
    /^HTTP\/1\.1 200 OK\r\n[\s\S]*Transfer-Encoding: chunked\r\n\r\n(event: ping\ndata: .*\n\n){3}$/,
  );
  const size = await curl(
    pods,
    client,
    "-o",
    "/dev/null",
    "-w",
    "%{size_download}",
    "10.244.0.5:8080/stream-bytes/20000000",
  );
  expect(size.out).toBe("20000000");
  expect((await curl(pods, client, "-I", "10.244.0.5:8080/get")).out).toMatch(/Content-Length: [1-9]\d*\r\n/);
  const late = await curl(pods, client, "-m", "0.05", "10.244.0.5:8080/delay/5");
  expect(late.err).toMatch(/^curl: \(28\) Operation timed out after \d+ milliseconds with 0 bytes received\n$/);
  expect(pods.workloads.network.open).toBe(0);
});

test("a policy that denies is silence: clients give up by their own limits", async () => {
  const pods = startPods();
  pods.pod("web", { container: { image: "nginx" } });
  pods.put("networking.k8s.io/networkpolicies", {
    apiVersion: "networking.k8s.io/v1",
    kind: "NetworkPolicy",
    metadata: { name: "deny", namespace: "default" },
    spec: { podSelector: {}, policyTypes: ["Ingress"] },
  });
  const client = pods.pod("client");
  const held = await curl(pods, client, "--connect-timeout", "0.05", "10.244.0.5");
  expect([held.err.replace(/\d+ milli/, "<n> milli"), held.exit]).toEqual([
    "curl: (28) Connection timed out after <n> milliseconds\n",
    { code: 28 },
  ]);
  expect((await pods.run(client, ["nc", "-zv", "-w", "0.01", "10.244.0.5", "80"])).err).toBe(
    "nc: 10.244.0.5 (10.244.0.5:80): Connection timed out\n",
  );
  expect((await pods.run(client, ["wget", "-qT", "0.05", "10.244.0.5"])).err).toBe("wget: download timed out\n");
});

test("TLS: a server with a certificate of a Secret, and whom curl trusts", async () => {
  const pods = startPods();
  // Its names are those of the API server: the service here is called so for that.
  const { cert, key } = createCertificate(Date.now());
  const data = { "tls.crt": Buffer.from(cert).toString("base64"), "tls.key": Buffer.from(key).toString("base64") };
  pods.put("/secrets", { apiVersion: "v1", kind: "Secret", metadata: { name: "tls", namespace: "default" }, data });
  const spec = {
    containers: [
      {
        name: "app",
        image: "registry.k8s.io/e2e-test-images/agnhost:2.53",
        args: ["netexec", "--http-port=443", "--tls-cert-file=/tls/tls.crt", "--tls-private-key-file=/tls/tls.key"],
        volumeMounts: [{ name: "tls", mountPath: "/tls" }],
      },
    ],
    volumes: [{ name: "tls", secret: { secretName: "tls" } }],
  };
  const server = pods.pod("server", spec);
  const toServer = ["--resolve", "kubernetes:443:10.244.0.5"];
  expect((await curl(pods, server, "--cacert", "/tls/tls.crt", ...toServer, "https://kubernetes/hostname")).out).toBe(
    "server",
  );
  expect(
    (
      await curl(
        pods,
        server,
        "--cacert",
        "/tls/tls.crt",
        "--connect-to",
        "::10.244.0.5:",
        "https://kubernetes/hostname",
      )
    ).out,
  ).toBe("server");
  expect((await curl(pods, server, "-k", "https://10.244.0.5/hostname")).out).toBe("server");
  const [stranger] = (await curl(pods, server, ...toServer, "https://kubernetes/")).err.split("\n");
  expect(stranger).toBe("curl: (60) SSL certificate problem: self-signed certificate");
  const [misnamed] = (await curl(pods, server, "--cacert", "/tls/tls.crt", "https://10.244.0.5/")).err.split("\n");
  expect(misnamed).toBe(
    "curl: (60) SSL: no alternative certificate subject name matches target ipv4 address '10.244.0.5'",
  );
  expect((await curl(pods, server, "--cacert", "/none", "https://10.244.0.5/")).exit).toEqual({ code: 77 });
  const told = await curl(pods, server, "-v", "-k", "https://10.244.0.5/hostname");
  expect(told.err).toMatch(
    /\* SSL connection using TLSv1\.3[\s\S]*\* Server certificate:\n\* {3}subject: CN=[\s\S]*< HTTP\/1\.1 200 OK/,
  );
});

test("an interceptor sits in between: it sees each connection, and may take it elsewhere or over", async () => {
  const seen: string[] = [];
  const name = ({ source }: Flow): string => (source.kind === "pod" ? source.pod.metadata.name : source.kind);
  const pods = startPods({
    interceptor: {
      open: (flow, next) => {
        seen.push(`${name(flow)} → ${flow.address}:${flow.port} ${flow.way.kind}`);
        if (flow.port === 1) return next({ ...flow.way, port: 80 } as Flow["way"]);
        if (flow.port !== 2) return next();
        const [mine, theirs] = connectionPair();
        const behind = next({ ...flow.way, port: 80 } as Flow["way"]);
        if (behind.kind !== "connected") return behind;
        mine.once("data", (head: Buffer) => {
          behind.socket.write(head.toString().replace("/old", "/index.html"));
          void join(mine, behind.socket);
        });
        return { kind: "connected", socket: theirs };
      },
    },
  });
  pods.pod("web", { container: { image: "nginx" } });
  const client = pods.pod("client");
  const code = ["-o", "/dev/null", "-w", "%{http_code}"];
  expect((await curl(pods, client, ...code, "10.244.0.5:1/")).out).toBe("200");
  expect((await curl(pods, client, ...code, "10.244.0.5:2/old")).out).toBe("200");
  expect((await curl(pods, client, ...code, "10.244.0.5:80/old")).out).toBe("404");
  expect(seen).toEqual([1, 2, 80].map((port) => `client → 10.244.0.5:${port} pod`));
});

test("a thousand connections at once, and none is left", async () => {
  const pods = startPods();
  const web = pods.pod("web", { container: { image: "nginx" } });
  const { network } = pods.workloads;
  const all = await Promise.all(Array.from({ length: 1000 }, () => network.dial({ kind: "node" }, "10.244.0.5", 80)));
  expect(network.open).toBe(1000);
  const answers = await Promise.all(
    all.map(async (dialled) => {
      if (dialled.kind !== "connected") return dialled.kind;
      dialled.socket.end("GET / HTTP/1.1\r\nHost: web\r\nConnection: close\r\n\r\n");
      let text = "";
      for await (const chunk of dialled.socket) text += chunk;
      return text.slice(0, 15);
    }),
  );
  expect(new Set(answers)).toEqual(new Set(["HTTP/1.1 200 OK"]));
  await new Promise((resolve) => setImmediate(resolve));
  expect(network.open).toBe(0);
  expect(network.listener(web, 81)).toBeUndefined();
});
