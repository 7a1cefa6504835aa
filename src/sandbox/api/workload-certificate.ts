import { createPrivateKey, generateKeyPairSync, sign } from "node:crypto";
import { pem } from "./certificate.ts";
import { bits, der, derParts, integer, octets, oid, readDer, sequence, time } from "./der.ts";

/** What a certificate of a mesh says. */
export interface WorkloadWish {
  /** `spiffe://cluster.local/ns/default/sa/sleep`, its only name. */
  readonly uri: string;
  /** Decimal. */
  readonly serialNumber: string;
  /** Milliseconds since the epoch. */
  readonly notBefore: number;
  readonly notAfter: number;
}

/** The algorithm of a signature by the kind of its key: RSA's has a NULL beside it. */
const ALGORITHMS: Readonly<Record<string, Buffer>> = {
  ec: sequence(oid("1.2.840.10045.4.3.2")),
  rsa: sequence(oid("1.2.840.113549.1.1.11"), der(0x05)),
};
const EXTENDED = ["1.3.6.1.5.5.7.3.1", "1.3.6.1.5.5.7.3.2"];

/**
 * A certificate that a mesh's authority signs for a workload, PEM, as istiod makes it: no subject, the identity as its name.
 * Nobody holds its key. Throws for an authority whose PEM cannot be read, or whose key is neither EC nor RSA.
 */
export function workloadCertificate(
  { uri, serialNumber, notBefore, notAfter }: WorkloadWish,
  authority: { readonly key: string; readonly cert: string },
): string {
  const key = createPrivateKey(authority.key);
  const algorithm = ALGORITHMS[key.asymmetricKeyType ?? ""];
  if (algorithm === undefined) throw new Error(`found a key of type ${key.asymmetricKeyType}, expected ec or rsa`);
  const { publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const hex = BigInt(serialNumber).toString(16);
  const body = sequence(
    der(0xa0, integer(Buffer.from([2]))),
    integer(Buffer.from(hex.padStart(hex.length + (hex.length % 2), "0"), "hex")),
    algorithm,
    subjectOf(authority.cert),
    sequence(time(new Date(notBefore)), time(new Date(notAfter))),
    sequence(),
    publicKey.export({ type: "spki", format: "der" }),
    der(0xa3, sequence(...extensions(uri))),
  );
  return pem(sequence(body, algorithm, bits(sign("sha256", body, key))));
}

function extensions(uri: string): readonly Buffer[] {
  const critical = der(0x01, Buffer.from([0xff]));
  return [
    sequence(oid("2.5.29.15"), critical, octets(bits(Buffer.from([0xa0]), 5))), // digitalSignature, keyEncipherment
    sequence(oid("2.5.29.37"), octets(sequence(...EXTENDED.map(oid)))),
    sequence(oid("2.5.29.19"), critical, octets(sequence())), // basicConstraints: no authority
    sequence(oid("2.5.29.17"), critical, octets(sequence(der(0x86, Buffer.from(uri))))),
  ];
}

/** Whom a certificate is for, DER: the sixth part of what is signed (RFC 5280, 4.1). */
function subjectOf(certificate: string): Buffer {
  const [, text = ""] = /-----BEGIN CERTIFICATE-----([^-]+)-----END/.exec(certificate) ?? [];
  const [signed] = derParts(readDer(Buffer.from(text, "base64")).content);
  const subject = derParts(signed?.content ?? Buffer.alloc(0))[5];
  if (subject === undefined) throw new RangeError("the authority's certificate has no subject");
  return subject.whole;
}
