/** A server's key and certificate, PEM. Self-signed, so the certificate is also the authority that clients trust. */
export interface Certificate {
  readonly key: string;
  readonly cert: string;
}

const DAY_MS = 24 * 60 * 60 * 1000;
const VALID_DAYS = 3650;

/** A new EC certificate for 127.0.0.1 and localhost; `now` in epoch milliseconds. Keep it: clients must trust it anew. */
export async function createCertificate(now: number): Promise<Certificate> {
  const { generate } = await loadSelfsigned();
  const { private: key, cert } = await generate([{ name: "commonName", value: "learn-istio sandbox" }], {
    keyType: "ec",
    curve: "P-256",
    algorithm: "sha256",
    // An hour back: the clocks of two processes, or of a container, may differ.
    notBeforeDate: new Date(now - 60 * 60 * 1000),
    notAfterDate: new Date(now + VALID_DAYS * DAY_MS),
    extensions: [
      { name: "basicConstraints", cA: true, critical: true },
      { name: "keyUsage", digitalSignature: true, keyCertSign: true, critical: true },
      { name: "extKeyUsage", serverAuth: true },
      {
        name: "subjectAltName",
        altNames: [
          { type: 7, ip: "127.0.0.1" },
          { type: 2, value: "localhost" },
        ],
      },
    ],
  });
  return { key, cert };
}

/** A CommonJS package: as a bundle's chunk it has a default export alone. Loaded when needed, which is once for each state folder. */
async function loadSelfsigned(): Promise<typeof import("selfsigned")> {
  const loaded = (await import("selfsigned")) as typeof import("selfsigned") & {
    default?: typeof import("selfsigned");
  };
  return loaded.default ?? loaded;
}
