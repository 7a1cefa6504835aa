import { createHash } from "node:crypto";
import type { Workload } from "../model.ts";

/** `spiffe://cluster.local/ns/default/sa/sleep` */
export function identityOf(trustDomain: string, { namespace, serviceAccount }: Workload): string {
  return `spiffe://${trustDomain}/ns/${namespace}/sa/${serviceAccount}`;
}

/** What a certificate of the mesh says, and its fingerprint. It is data to be shown; nothing is signed with it. */
export interface Certificate {
  /** The name in the certificate; for the authority its organisation. */
  readonly subject: string;
  readonly issuer: string;
  /** Decimal, as `proxy-config secret` prints it. */
  readonly serialNumber: string;
  /** Milliseconds since the epoch. */
  readonly notBefore: number;
  readonly notAfter: number;
  /** SHA-256, 64 hexadecimal digits: `Hash` in `x-forwarded-client-cert`. */
  readonly hash: string;
}

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** istiod's certificates are good for a day, and renewed when half of it is over. */
const LIFETIME_MS = DAY_MS;
const RENEWAL_MS = LIFETIME_MS / 2;
/** Clocks may differ so much. */
const BACKDATED_MS = 2 * 60_000;
const AUTHORITY_LIFETIME_MS = 10 * 365 * DAY_MS;

/**
 * The certificate that a workload has at a time, in milliseconds since the epoch. The same workload has the same one until
 * it is renewed; `key` tells workloads of one identity apart (a pod's uid). The first is issued when the workload begins.
 */
export function certificateOf(identity: string, key: string, nowMs: number, startedAt = 0): Certificate {
  const phase = startedAt % RENEWAL_MS;
  const issuedAt = Math.floor((nowMs - phase) / RENEWAL_MS) * RENEWAL_MS + phase;
  const cached = latest.get(key);
  if (cached?.subject === identity && cached.notBefore === issuedAt - BACKDATED_MS) return cached;
  const seed = digest(`${identity} ${key} ${issuedAt}`);
  const certificate = {
    subject: identity,
    issuer: `O=${identity.split("/")[2] ?? ""}`,
    serialNumber: serialOf(seed),
    notBefore: issuedAt - BACKDATED_MS,
    notAfter: issuedAt + LIFETIME_MS,
    hash: digest(`certificate ${seed}`),
  };
  if (latest.size >= MOST_KEPT) latest.clear();
  latest.set(key, certificate);
  return certificate;
}

/** Each request over mutual TLS tells the hash. */
const latest = new Map<string, Certificate>();
const MOST_KEPT = 1000;

/** istiod's own root, made when it was installed, at a time in milliseconds since the epoch. */
export function rootCertificate(trustDomain: string, installedAt: number): Certificate {
  const seed = digest(`root ${trustDomain} ${installedAt}`);
  const subject = `O=${trustDomain}`;
  return {
    subject,
    issuer: subject,
    serialNumber: serialOf(seed),
    notBefore: installedAt,
    notAfter: installedAt + AUTHORITY_LIFETIME_MS,
    hash: digest(`certificate ${seed}`),
  };
}

/** 127 bits, as istiod draws them. */
function serialOf(seed: string): string {
  return (BigInt(`0x${seed.slice(0, 32)}`) >> 1n).toString();
}

function digest(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
