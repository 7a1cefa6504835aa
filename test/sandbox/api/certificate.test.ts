import { createPrivateKey, createPublicKey, X509Certificate } from "node:crypto";
import https from "node:https";
import type { AddressInfo } from "node:net";
import { expect, test } from "vitest";
import { createCertificate } from "../../../src/sandbox/api/certificate.ts";

const now = Date.UTC(2026, 10, 23, 12);

test("the certificate is for this machine and for the API server as pods call it, and its own authority", () => {
  const { key, cert } = createCertificate(now);
  const read = new X509Certificate(cert);
  expect({
    subject: read.subject,
    issuer: read.issuer,
    names: read.subjectAltName,
    from: read.validFrom,
    to: read.validTo,
    usage: read.keyUsage,
    authority: read.ca,
  }).toEqual({
    subject: "CN=learn-istio sandbox",
    issuer: "CN=learn-istio sandbox",
    names:
      "IP Address:127.0.0.1, IP Address:10.96.0.1, IP Address:172.18.0.2, DNS:localhost, DNS:kubernetes, " +
      "DNS:kubernetes.default, DNS:kubernetes.default.svc, DNS:kubernetes.default.svc.cluster.local",
    from: "Nov 23 11:00:00 2026 GMT",
    to: "Nov 20 12:00:00 2036 GMT",
    usage: ["1.3.6.1.5.5.7.3.1"],
    authority: true,
  });
  expect(read.checkPrivateKey(createPrivateKey(key))).toBe(true);
  expect(read.verify(createPublicKey(key))).toBe(true);
  expect(read.verify(createPublicKey(createCertificate(now).key))).toBe(false);
});

test("a year past 2049 is written in full", () => {
  expect(new X509Certificate(createCertificate(Date.UTC(2045, 0, 1)).cert).validTo).toBe("Dec 30 00:00:00 2054 GMT");
});

test("two certificates differ in serial number", () => {
  expect(new X509Certificate(createCertificate(now).cert).serialNumber).not.toBe(
    new X509Certificate(createCertificate(now).cert).serialNumber,
  );
});

test("a client that trusts it reaches the server, another one does not", async () => {
  const { key, cert } = createCertificate(Date.now());
  const server = https.createServer({ key, cert }, (_, response) => response.end("hello"));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  try {
    expect(await get(port, cert)).toBe("hello");
    expect(await get(port, undefined)).toBe("DEPTH_ZERO_SELF_SIGNED_CERT");
  } finally {
    server.close();
    server.closeAllConnections();
  }
});

function get(port: number, ca: string | undefined): Promise<string> {
  return new Promise((resolve) => {
    https
      .get({ host: "127.0.0.1", port, agent: false, ...(ca === undefined ? {} : { ca }) }, (response) => {
        response.on("data", (data: Buffer) => resolve(data.toString()));
      })
      .on("error", (error: NodeJS.ErrnoException) => resolve(error.code ?? ""));
  });
}
