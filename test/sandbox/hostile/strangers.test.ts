import { connect } from "node:tls";
import { expect, test } from "vitest";
import { startServer, type TestServer } from "../api/client.ts";

const PODS = "/api/v1/namespaces/default/pods";
const TOKEN = "Authorization: Bearer a-token-for-tests";
const WEBSOCKET = [
  "Connection: Upgrade",
  "Upgrade: websocket",
  "Sec-WebSocket-Version: 13",
  "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
];

/** What one request that is written by hand is answered; its headers as they stand, Host too. */
function sent({ server, port }: TestServer, line: string, headers: readonly string[], body = ""): Promise<string> {
  return new Promise((resolve) => {
    let text = "";
    const socket = connect({ port, host: "127.0.0.1", ca: server.certificate.cert }, () => {
      const length = body === "" ? [] : [`Content-Length: ${body.length}`];
      socket.write([`${line} HTTP/1.1`, ...headers, ...length, "Connection: close", "", body].join("\r\n"));
    });
    socket.on("data", (chunk) => {
      text += chunk.toString("latin1");
    });
    socket.on("error", () => {});
    socket.on("close", () => resolve(text));
  });
}

function codeOf(answer: string): string | undefined {
  return /^HTTP\/1\.1 (\d+) /.exec(answer)?.[1];
}

test.each([
  ["no token", [], "401"],
  ["a wrong token", ["Authorization: Bearer a-token-for-testz"], "401"],
  ["the token in another case", ["Authorization: Bearer A-TOKEN-FOR-TESTS"], "401"],
  ["the token as a password", [`Authorization: Basic ${btoa("admin:a-token-for-tests")}`], "401"],
  ["the token in a cookie", ["Cookie: token=a-token-for-tests"], "401"],
  ["the token as a websocket's protocol", ["Sec-WebSocket-Protocol: base64url.bearer.authorization.k8s.io.YQ"], "401"],
  ["the right token", [TOKEN], "200"],
  ["the right token, after another", ["Authorization: Bearer wrong", TOKEN], "401"],
] as const)("%s", async (_, headers, code) => {
  const server = await startServer();
  expect(codeOf(await sent(server, `GET ${PODS}`, [`Host: 127.0.0.1:${server.port}`, ...headers]))).toBe(code);
  const line = `GET ${PODS}?access_token=a-token-for-tests&token=a-token-for-tests`;
  expect(codeOf(await sent(server, line, [`Host: 127.0.0.1:${server.port}`, ...headers]))).toBe(code);
});

test.each([
  ["evil.example:6443", "403"],
  ["evil.example", "403"],
  ["127.0.0.1.evil.example", "403"],
  ["localhost.evil.example:6443", "403"],
  ["localhost@evil.example", "403"],
  ["[::1", "403"],
  ["0.0.0.0", "403"],
  ["", "403"],
  ["localhost", "200"],
  ["LOCALHOST:1", "200"],
  ["127.0.0.1", "200"],
  ["10.96.0.1", "200"],
  ["kubernetes.default.svc:443", "200"],
])("a request for host `%s`: a name that was made to point here is refused whatever it brings", async (host, code) => {
  const server = await startServer();
  const answer = await sent(server, `GET ${PODS}`, [`Host: ${host}`, TOKEN]);
  expect(codeOf(answer)).toBe(code);
  if (code === "403") {
    expect(answer).toContain(`forbidden: the request is for host ${JSON.stringify(JSON.stringify(host)).slice(1, -1)}`);
    // The control endpoint, and the upgrades, stand behind the same door.
    expect(codeOf(await sent(server, "POST /_sandbox/stop", [`Host: ${host}`, TOKEN]))).toBe("403");
    expect(codeOf(await sent(server, `GET ${PODS}/a/exec?command=id`, [`Host: ${host}`, TOKEN, ...WEBSOCKET]))).toBe(
      "403",
    );
  }
});

const PAGE = "Origin: https://evil.example";
const FORM = ["Content-Type: text/plain", "Sec-Fetch-Mode: no-cors", "Sec-Fetch-Site: cross-site"];

test.each([
  ["a preflight", "OPTIONS", [PAGE, "Access-Control-Request-Method: POST", "Sec-Fetch-Site: cross-site"], "403"],
  ["a simple POST, as a form sends it", "POST", [PAGE, ...FORM], "403"],
  ["a page in a sandboxed frame", "POST", ["Origin: null", "Sec-Fetch-Site: cross-site"], "403"],
  ["an old browser's sandboxed frame", "POST", ["Origin: null"], "403"],
  ["an image", "GET", ["Sec-Fetch-Site: cross-site", "Sec-Fetch-Mode: no-cors", "Sec-Fetch-Dest: image"], "403"],
  ["a frame", "GET", ["Sec-Fetch-Site: cross-site", "Sec-Fetch-Mode: navigate", "Sec-Fetch-Dest: iframe"], "403"],
  ["a page on another port", "GET", ["Sec-Fetch-Site: same-site", "Sec-Fetch-Mode: no-cors"], "403"],
  ["a websocket of a page", "GET", [PAGE, ...WEBSOCKET, "Sec-Fetch-Mode: websocket"], "403"],
  ["an origin that only begins like ours", "GET", ["Origin: https://localhost.evil.example"], "403"],
  ["a page of `kubectl proxy`", "GET", ["Origin: http://127.0.0.1:8001", "Sec-Fetch-Site: same-origin"], "200"],
  ["its page that names no referrer", "GET", ["Origin: null", "Sec-Fetch-Site: same-origin"], "200"],
  ["a link", "GET", ["Sec-Fetch-Site: cross-site", "Sec-Fetch-Mode: navigate", "Sec-Fetch-Dest: document"], "200"],
] as const)("%s", async (_, method, headers, code) => {
  const server = await startServer();
  const answer = await sent(server, `${method} ${PODS}`, [`Host: localhost:${server.port}`, TOKEN, ...headers], "{}");
  expect(codeOf(answer)).toBe(code);
  expect(answer.toLowerCase()).not.toContain("access-control-allow");
  if (code === "403") expect(answer).toContain("forbidden: a web page of another origin");
});
