/** What no HTTP library sends: broken heads, smuggled requests, cut TLS, upgrades and the frames after them, made wrong. */
import { connect as connectTcp } from "node:net";
import { connect as connectTls } from "node:tls";
import { constants, deflateSync } from "node:zlib";

const POD = "/api/v1/namespaces/kube-system/pods/etcd-learn-istio-control-plane";
/** How long a silent connection is listened to before it is left: nothing hangs on it. */
const LISTEN_MS = 60;

/** Sends one case of the kind and leaves; gives what was answered, as text. Rejects with `hang` when nobody takes the connection. */
export function sendRaw(daemon, kind, random) {
  const { tls, chunks } = RAW[kind](daemon, random);
  return new Promise((resolve, reject) => {
    const options = {
      host: "127.0.0.1",
      port: daemon.port,
      ca: daemon.ca,
      servername: "localhost",
      rejectUnauthorized: false,
    };
    const socket = tls === false ? connectTcp(options) : connectTls(options);
    let text = "";
    let timer = setTimeout(() => reject(new Error("hang: nobody takes the connection")), 20_000);
    const leave = () => socket.destroy();
    socket.on("data", (data) => {
      if (text.length < 4000) text += data.toString("latin1");
    });
    socket.on("error", () => {});
    socket.on("close", () => {
      clearTimeout(timer);
      resolve(text);
    });
    socket.once(tls === false ? "connect" : "secureConnect", () => {
      for (const chunk of chunks) socket.write(chunk);
      clearTimeout(timer);
      timer = setTimeout(leave, LISTEN_MS);
    });
  });
}

const auth = (daemon) => `Authorization: Bearer ${daemon.token}\r\n`;

function head(daemon, line, ...more) {
  return `${line}\r\nHost: 127.0.0.1:${daemon.port}\r\n${auth(daemon)}${more.map((one) => `${one}\r\n`).join("")}\r\n`;
}

/** Kind → the bytes of one case. */
export const RAW = {
  /** A head that is no HTTP, or two lengths for one body. */
  head: (daemon, random) => ({ chunks: [random.pick(HEADS)(daemon, random)] }),
  /** TLS that ends early, or none. */
  tls: (_daemon, random) => ({
    tls: false,
    chunks: [
      random.pick([
        () => random.bytes(random.below(200)),
        () => Buffer.from("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"),
        () => Buffer.from([22, 3, 1, random.below(256), random.below(256), 1, ...random.bytes(random.below(300))]),
        () => Buffer.alloc(0),
        () => Buffer.from([22, 3, 1, 255, 255]),
      ])(),
    ],
  }),
  websocket: (daemon, random) => {
    const path = `${POD}/${random.pick(["exec?command=sh&stdin=true&stdout=true&stderr=true", "exec?command=cat&stdin=1&stdout=1&tty=1", "exec", "attach?stdin=true&stdout=true", "portforward?ports=80", "log", "exec?command=%00&stdout=1&container=nope"])}`;
    const upgrade = [
      "Connection: Upgrade",
      `Upgrade: ${random.pick(["websocket", "websocket", "websocket", "WebSocket", "h2c", ""])}`,
      `Sec-WebSocket-Version: ${random.pick(["13", "13", "13", "0", "x"])}`,
      `Sec-WebSocket-Key: ${random.pick(["dGhlIHNhbXBsZSBub25jZQ==", "dGhlIHNhbXBsZSBub25jZQ==", "x", ""])}`,
      `Sec-WebSocket-Protocol: ${random.pick(["v5.channel.k8s.io", "v4.channel.k8s.io", "v5.channel.k8s.io, v4.channel.k8s.io", "SPDY/3.1+portforward.k8s.io", "x", ",,,"])}`,
    ];
    const frames = Array.from({ length: random.below(8) }, () => webSocketFrame(random));
    const method = random.pick(["GET", "GET", "GET", "GET", "POST"]);
    return { chunks: [head(daemon, `${method} ${path} HTTP/1.1`, ...upgrade), ...frames] };
  },
  spdy: (daemon, random) => {
    const verb = random.pick([
      "exec?command=sh&stdin=true&stdout=true&stderr=true",
      "attach?stdout=true",
      "portforward",
    ]);
    const protocol = random.pick(["v4.channel.k8s.io", "v4.channel.k8s.io", "portforward.k8s.io", "x", ""]);
    const upgrade = ["Connection: Upgrade", "Upgrade: SPDY/3.1", `X-Stream-Protocol-Version: ${protocol}`];
    return { chunks: [head(daemon, `POST ${POD}/${verb} HTTP/1.1`, ...upgrade), ...spdyFrames(random)] };
  },
  /** The same frames, in the messages of a WebSocket. */
  tunnel: (daemon, random) => {
    const upgrade = [
      "Connection: Upgrade",
      "Upgrade: websocket",
      "Sec-WebSocket-Version: 13",
      "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
      "Sec-WebSocket-Protocol: SPDY/3.1+portforward.k8s.io",
    ];
    const frames = spdyFrames(random).map((frame) => message(2, frame, random));
    return { chunks: [head(daemon, `GET ${POD}/portforward HTTP/1.1`, ...upgrade), ...frames] };
  },
};

const HEADS = [
  (daemon) =>
    head(daemon, "POST /api/v1/namespaces HTTP/1.1", "Content-Length: 5", "Transfer-Encoding: chunked") +
    "0\r\n\r\nGET /x HTTP/1.1\r\n\r\n",
  (daemon) => `${head(daemon, "POST /api/v1/namespaces HTTP/1.1", "Content-Length: 5", "Content-Length: 6")}hello!`,
  (daemon) => `${head(daemon, "POST /api/v1/namespaces HTTP/1.1", "Transfer-Encoding: chunked")}zz\r\nx\r\n0\r\n\r\n`,
  (daemon) => `${head(daemon, "POST /api/v1/namespaces HTTP/1.1", "Transfer-Encoding: xchunked, chunked")}0\r\n\r\n`,
  (daemon) => `${head(daemon, "POST /api/v1/namespaces HTTP/1.1", "Transfer-Encoding : chunked")}0\r\n\r\n`,
  (daemon) => head(daemon, "POST /api/v1/namespaces HTTP/1.1", "Content-Length: -1"),
  (daemon) => head(daemon, "POST /api/v1/namespaces HTTP/1.1", "Content-Length: 999999999999999999999"),
  (daemon) => `${head(daemon, "POST /api/v1/namespaces HTTP/1.1", "Content-Length: 100")}short`,
  (daemon) => head(daemon, "POST /api/v1/namespaces HTTP/1.1", "Expect: 100-continue", "Content-Length: 10"),
  (daemon) => head(daemon, `GET /${"x".repeat(300_000)} HTTP/1.1`),
  (daemon) => head(daemon, "GET /api HTTP/1.1", `X: ${"y".repeat(300_000)}`),
  (daemon) => head(daemon, "GET http://evil.example/api HTTP/1.1"),
  (daemon) => head(daemon, "GET //evil.example/api HTTP/1.1"),
  (daemon) => head(daemon, "GET /\u0000 HTTP/1.1"),
  (daemon) => head(daemon, "GET /api HTTP/9.9"),
  (daemon) => head(daemon, "GET /api"),
  (daemon) => head(daemon, "CONNECT evil.example:443 HTTP/1.1"),
  (daemon) => head(daemon, "OPTIONS * HTTP/1.1"),
  (daemon) => `${head(daemon, "PRI * HTTP/2.0")}SM\r\n\r\n`,
  (daemon) => head(daemon, "GET /api HTTP/1.1").replaceAll("\r\n", "\n"),
  (daemon) => head(daemon, "GET /api/v1/pods?watch=true HTTP/1.1").repeat(20),
  (daemon) => head(daemon, "GET /api HTTP/1.1").repeat(50),
  (daemon) => head(daemon, "GET /api HTTP/1.1", ...Array.from({ length: 3000 }, (_, index) => `X${index}: y`)),
  (daemon) => `${head(daemon, "POST /_sandbox/status HTTP/1.1", "Content-Length: 3")}{x}`,
  (daemon) => `${head(daemon, "POST /_sandbox/constructor HTTP/1.1", "Content-Length: 2")}{}`,
  (daemon) => `${head(daemon, "POST /_sandbox/open HTTP/1.1", "Content-Length: 15")}{"service":":"}`,
  (_daemon, random) => random.bytes(1 + random.below(500)),
];

function webSocketFrame(random) {
  switch (random.below(6)) {
    case 0:
      return random.bytes(random.below(100));
    case 1:
      // A length that is announced and never comes.
      return Buffer.from([0x82, 0xff, 0, 0, 0, 0, 255, 255, 255, 255, 1, 2, 3, 4]);
    case 2:
      return message(random.pick([1, 2, 0, 3, 8, 9, 10, 15]), random.bytes(random.below(300)), random);
    case 3:
      // Channel 4 is the terminal's size.
      return message(2, Buffer.from(`\u0004${random.pick(['{"Width":1e9,"Height":-1}', "x", "null", "[]"])}`), random);
    case 4:
      return message(
        2,
        Buffer.from([random.pick([0, 1, 2, 3, 4, 5, 255]), ...random.bytes(random.below(2000))]),
        random,
      );
    default:
      return message(2, Buffer.from("\u0000ls; exit 3\n"), random);
  }
}

function message(code, payload, random) {
  const mask = random.bytes(4);
  const length = payload.length < 126 ? [0x80 | payload.length] : [0xfe, payload.length >> 8, payload.length & 255];
  const body = payload.map((byte, index) => byte ^ mask[index & 3]);
  return Buffer.concat([Buffer.from([0x80 | code, ...length]), mask, body]);
}

/** Good frames of a connection with one bad thing among them. */
function spdyFrames(random) {
  const block = deflateSync(
    headerBlock({
      streamtype: random.pick(["error", "data", "stdin", "x"]),
      port: random.pick(["80", "0", "x"]),
      requestid: "0",
    }),
    {
      finishFlush: constants.Z_SYNC_FLUSH,
    },
  );
  const open = control(1, Buffer.concat([Buffer.from([0, 0, 0, 1, 0, 0, 0, 0, 0, 0]), block]));
  const frames = [
    open,
    control(6, Buffer.from([0, 0, 0, 1])),
    data(1, Buffer.from("ls\n")),
    data(1, Buffer.alloc(0), 1),
  ];
  const bad = random.pick([
    () => control(random.below(12), random.bytes(random.below(60))),
    () => control(1, Buffer.concat([Buffer.from([0, 0, 0, 3, 0, 0, 0, 0, 0, 0]), random.bytes(40)])),
    () => control(1, deflateSync(Buffer.alloc(5_000_000), { finishFlush: constants.Z_SYNC_FLUSH })),
    () => control(3, Buffer.alloc(0)),
    () => control(3, Buffer.from([0, 0, 0, 1, 0, 0, 0, 1])),
    () => control(8, Buffer.from([1])),
    () => control(7, Buffer.from([0, 0, 0, 0])),
    () => Buffer.from([0x80, 2, 0, 1, 0, 0, 0, 0]),
    () => Buffer.from([0x80, 3, 0, 1, 0, 0xff, 0xff, 0xff]),
    () => Buffer.from([0, 0, 0, 1, 0, 0xff, 0xff, 0xff]),
    () => data(random.below(9), random.bytes(random.below(9000)), random.below(4)),
    () => Buffer.concat(Array.from({ length: 300 }, () => open)),
    () => random.bytes(random.below(100)),
  ])();
  frames.splice(random.below(frames.length + 1), 0, bad);
  return frames;
}

function headerBlock(headers) {
  const word = (text) => Buffer.concat([uint32(text.length), Buffer.from(text)]);
  const pairs = Object.entries(headers).flatMap(([name, value]) => [word(name), word(value)]);
  return Buffer.concat([uint32(Object.keys(headers).length), ...pairs]);
}

function uint32(value) {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}

function control(type, payload, flags = 0) {
  return Buffer.concat([Buffer.from([0x80, 3, 0, type, flags, ...uint32(payload.length).subarray(1)]), payload]);
}

function data(stream, payload, flags = 0) {
  return Buffer.concat([uint32(stream), Buffer.from([flags, ...uint32(payload.length).subarray(1)]), payload]);
}
