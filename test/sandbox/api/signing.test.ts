import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { request } from "node:https";
import os from "node:os";
import path from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { issueCertificate, readSigningRequest } from "../../../src/sandbox/api/index.ts";
import { startServer, type TestServer } from "./client.ts";

const APPROVE = "/apis/certificates.k8s.io/v1/certificatesigningrequests/jane/approval";

interface Asked {
  readonly key: string;
  readonly csr: string;
}

/** A key, and a request for it, as OpenSSL makes them. */
function asked(algorithm: readonly string[]): Asked {
  const dir = mkdtempSync(path.join(os.tmpdir(), "signing-"));
  onTestFinished(() => rmSync(dir, { recursive: true }));
  const [key, csr] = [path.join(dir, "key"), path.join(dir, "csr")];
  execFileSync("openssl", ["genpkey", ...algorithm, "-out", key], { stdio: "ignore" });
  execFileSync("openssl", ["req", "-new", "-key", key, "-subj", "/O=devs/O=ops/CN=jane", "-out", csr]);
  return { key: readFileSync(key, "utf8"), csr: readFileSync(csr, "utf8") };
}

/** How the server greets who shows a certificate and no token. */
function greet({ port, server }: TestServer, cert: string, key: string): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const options = { host: "127.0.0.1", port, path: "/version", ca: server.certificate.cert, cert, key };
    const sent = request(options, (response) => {
      response.resume();
      resolve(response.statusCode);
    });
    sent.on("error", reject);
    sent.end();
  });
}

const YEAR = 365 * 24 * 60 * 60;
const RSA = ["-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048"];
const EC = ["-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256"];

test.each([
  ["RSA", RSA],
  ["EC", EC],
  ["Ed25519", ["-algorithm", "ED25519"]],
])("a request of an %s key becomes a certificate that lets its user in", async (_, algorithm) => {
  const server = await startServer();
  const { key, csr } = asked(algorithm);
  const read = readSigningRequest(csr);
  if (!read) throw new Error("the request was not read");
  const issue = (usages: readonly string[], seconds: number): string =>
    issueCertificate(read, server.server.certificate, { usages, seconds, now: Date.now() });
  expect(await greet(server, issue(["client auth", "digital signature"], YEAR), key)).toBe(200);
  expect(await greet(server, issue(["server auth"], YEAR), key)).toBe(401);
  expect(await greet(server, issue(["client auth"], -1), key)).toBe(401);
  const stranger = (await startServer()).server.certificate;
  const foreign = issueCertificate(read, stranger, { usages: ["client auth"], seconds: YEAR, now: Date.now() });
  expect(await greet(server, foreign, key)).toBe(401);
});

test("a request that another key has signed, and what is no request, are not read", () => {
  const { csr } = asked(EC);
  const bytes = Buffer.from(csr.split("\n").slice(1, -2).join(""), "base64");
  // A letter of the name.
  const at = bytes.indexOf("jane");
  bytes.write("j0ne", at);
  const forged = `-----BEGIN CERTIFICATE REQUEST-----\n${bytes.toString("base64")}\n-----END CERTIFICATE REQUEST-----\n`;
  expect([readSigningRequest(csr) !== undefined, readSigningRequest(forged), readSigningRequest("x")]).toEqual([
    true,
    undefined,
    undefined,
  ]);
});

test("an approval is a decision, and touches nothing else", async () => {
  const server = await startServer();
  const spec = { request: "eA==", signerName: "kubernetes.io/kube-apiserver-client", usages: ["client auth"] };
  server.put({
    apiVersion: "certificates.k8s.io/v1",
    kind: "CertificateSigningRequest",
    metadata: { name: "jane" },
    spec,
  });
  const decide = (...types: readonly string[]): ReturnType<TestServer["call"]> => {
    const conditions = types.map((type) => ({ type, status: "True", reason: "Asked", message: "by a test" }));
    const headers = { "content-type": "application/merge-patch+json" };
    const body = { spec: { signerName: "other.io/x" }, status: { conditions, certificate: "eA==" } };
    return server.call(APPROVE, { method: "PATCH", headers, body });
  };
  const { json } = await decide("Approved");
  expect([json.spec.signerName, json.status.certificate]).toEqual([spec.signerName, undefined]);
  expect(json.status.conditions).toMatchObject([{ type: "Approved", status: "True" }]);
  expect((await decide()).json.message).toContain(
    'status.conditions: Forbidden: updates may not remove a condition of type "Approved"',
  );
  expect((await decide("Approved", "Denied")).json.message).toContain("mutually exclusive");
});
