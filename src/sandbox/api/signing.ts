import { createPublicKey, randomBytes, sign, verify } from "node:crypto";
import { type Certificate, pem, SUBJECT } from "./certificate.ts";
import { bits, der, derParts, integer, octets, oid, readDer, sequence, time } from "./der.ts";

const HOUR_MS = 60 * 60 * 1000;
const ECDSA_WITH_SHA256 = sequence(oid("1.2.840.10045.4.3.2"));
/** Bits of X.509's keyUsage, and OIDs of its extKeyUsage, by the names of certificates.k8s.io. */
const KEY_USAGES: Readonly<Record<string, number>> = { "digital signature": 0x80, "key encipherment": 0x20 };
const EXTENDED_USAGES: Readonly<Record<string, string>> = {
  "client auth": "1.3.6.1.5.5.7.3.2",
  "server auth": "1.3.6.1.5.5.7.3.1",
};
/** Hash of a request's signature, by the OID of the algorithm; Ed25519 has its own. */
const HASHES: readonly (readonly [string, string | null])[] = [
  ["1.2.840.113549.1.1.11", "sha256"],
  ["1.2.840.113549.1.1.12", "sha384"],
  ["1.2.840.113549.1.1.13", "sha512"],
  ["1.2.840.10045.4.3.2", "sha256"],
  ["1.2.840.10045.4.3.3", "sha384"],
  ["1.2.840.10045.4.3.4", "sha512"],
  ["1.3.101.112", null],
];

/** Whom a signing request (PKCS#10, RFC 2986) is for, DER. */
export interface SigningRequest {
  readonly subject: Buffer;
  readonly publicKey: Buffer;
}

/** Reads a PEM request; undefined for what is none, or is not signed by the key that it brings. */
export function readSigningRequest(text: string): SigningRequest | undefined {
  const body = /-----BEGIN (?:NEW )?CERTIFICATE REQUEST-----([^-]+)-----END/.exec(text)?.[1];
  if (body === undefined) return undefined;
  try {
    const [info, algorithm, signature] = derParts(readDer(Buffer.from(body, "base64")).content);
    const [, subject, publicKey] = derParts(info?.content ?? Buffer.alloc(0));
    const name = algorithm && readDer(algorithm.content).whole;
    const hash = HASHES.find(([dotted]) => name?.equals(oid(dotted)));
    if (!info || !subject || !publicKey || !signature || !hash) return undefined;
    const key = createPublicKey({ key: publicKey.whole, format: "der", type: "spki" });
    if (!verify(hash[1], info.whole, key, signature.content.subarray(1))) return undefined;
    return { subject: subject.whole, publicKey: publicKey.whole };
  } catch {
    // Bytes that are no DER, or a key of no kind that is known.
    return undefined;
  }
}

/** A certificate for a request, PEM, by the cluster's own authority; `now` in epoch ms. */
export function issueCertificate(
  { subject, publicKey }: SigningRequest,
  authority: Certificate,
  { usages, seconds, now }: { readonly usages: readonly string[]; readonly seconds: number; readonly now: number },
): string {
  const body = sequence(
    der(0xa0, integer(Buffer.from([2]))),
    integer(Buffer.concat([Buffer.from([1]), randomBytes(15)])),
    ECDSA_WITH_SHA256,
    SUBJECT,
    sequence(time(new Date(now - HOUR_MS / 12)), time(new Date(now + seconds * 1000))),
    subject,
    publicKey,
    der(0xa3, sequence(...extensions(usages))),
  );
  return pem(sequence(body, ECDSA_WITH_SHA256, bits(sign("sha256", body, authority.key))));
}

function extensions(usages: readonly string[]): Buffer[] {
  const critical = der(0x01, Buffer.from([0xff]));
  const flags = usages.reduce((sum, usage) => sum | (KEY_USAGES[usage] ?? 0), 0);
  const extended = usages.flatMap((usage) => (EXTENDED_USAGES[usage] ? [oid(EXTENDED_USAGES[usage])] : []));
  return [
    ...(flags === 0 ? [] : [sequence(oid("2.5.29.15"), critical, octets(bits(Buffer.from([flags]), 5)))]),
    ...(extended.length === 0 ? [] : [sequence(oid("2.5.29.37"), octets(sequence(...extended)))]),
    sequence(oid("2.5.29.19"), critical, octets(sequence())), // basicConstraints: no authority
  ];
}
