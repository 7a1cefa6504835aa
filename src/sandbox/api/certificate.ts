import { createHash, generateKeyPairSync, randomBytes, sign } from "node:crypto";
import { bits, der, integer, octets, oid, sequence, set, time, utf8, yes } from "./der.ts";

/** A server's key and certificate, PEM. Self-signed, so the certificate is also the authority that clients trust. */
export interface Certificate {
  readonly key: string;
  readonly cert: string;
}

/** Whom a certificate is for. */
export interface CertificateHolder {
  /** The common name. */
  readonly name: string;
  readonly names: readonly string[];
  /** IPv4. */
  readonly addresses: readonly string[];
}

const HOUR_MS = 60 * 60 * 1000;
const VALID_MS = 3650 * 24 * HOUR_MS;
/** This machine, the service `kubernetes`, the node. */
const ADDRESSES = ["127.0.0.1", "10.96.0.1", "172.18.0.2"];
const NAMES = [
  "localhost",
  "kubernetes",
  "kubernetes.default",
  "kubernetes.default.svc",
  "kubernetes.default.svc.cluster.local",
];
/** All that clients may call the server. None of them is a name that somebody could register. */
export const OWN_NAMES: ReadonlySet<string> = new Set([...ADDRESSES, ...NAMES]);
const OWN: CertificateHolder = { name: "learn-istio sandbox", names: NAMES, addresses: ADDRESSES };
/** The name of the authority, and of its own certificate. */
export const SUBJECT = subjectOf(OWN.name);
const ECDSA_WITH_SHA256 = sequence(oid("1.2.840.10045.4.3.2"));

/**
 * A new EC certificate, if nobody is named for this machine and for the API server as pods call it; `now` in epoch
 * milliseconds. Keep it: clients must trust it anew.
 * X.509 v3 by RFC 5280, written here: a package that does it costs a quarter of the sandbox's start.
 */
export function createCertificate(now: number, holder: CertificateHolder = OWN): Certificate {
  const subject = subjectOf(holder.name);
  const { publicKey, privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const spki = publicKey.export({ type: "spki", format: "der" });
  const body = sequence(
    der(0xa0, integer(Buffer.from([2]))),
    integer(Buffer.concat([Buffer.from([1]), randomBytes(15)])),
    ECDSA_WITH_SHA256,
    subject,
    // An hour back: the clocks of two processes, or of a container, may differ.
    sequence(time(new Date(now - HOUR_MS)), time(new Date(now + VALID_MS))),
    subject,
    spki,
    der(0xa3, sequence(...extensions(spki, holder))),
  );
  const certificate = sequence(body, ECDSA_WITH_SHA256, bits(sign("sha256", body, privateKey)));
  return { key: privateKey.export({ type: "pkcs8", format: "pem" }).toString(), cert: pem(certificate) };
}

function subjectOf(name: string): Buffer {
  return sequence(set(sequence(oid("2.5.4.3"), utf8(name))));
}

function extensions(spki: Uint8Array, holder: CertificateHolder): Buffer[] {
  const addresses = holder.addresses.map((one) => der(0x87, Buffer.from(one.split(".").map(Number))));
  const names = holder.names.map((one) => der(0x82, Buffer.from(one)));
  // The last 65 bytes are the point itself, which the identifier is a hash of (RFC 5280, 4.2.1.2).
  const identifier = createHash("sha1").update(spki.subarray(-65)).digest();
  return [
    sequence(oid("2.5.29.19"), yes, octets(sequence(yes))), // basicConstraints: an authority
    sequence(oid("2.5.29.15"), yes, octets(bits(Buffer.from([0x84]), 2))), // keyUsage: digitalSignature, keyCertSign
    sequence(oid("2.5.29.37"), octets(sequence(oid("1.3.6.1.5.5.7.3.1")))), // extKeyUsage: serverAuth
    sequence(oid("2.5.29.17"), octets(sequence(...addresses, ...names))), // subjectAltName
    sequence(oid("2.5.29.14"), octets(octets(identifier))), // subjectKeyIdentifier
  ];
}

/** A certificate as text. */
export function pem(bytes: Buffer): string {
  const lines = bytes.toString("base64").match(/.{1,64}/g) ?? [];
  return `-----BEGIN CERTIFICATE-----\n${lines.join("\n")}\n-----END CERTIFICATE-----\n`;
}
