import { randomBytes } from "node:crypto";
import { createCertificate } from "./api/index.ts";
import type { Identity } from "./files.ts";

/** Who a sandbox is from its first start on; its port is still to be found. */
export function newIdentity(): Identity {
  const { key, cert } = createCertificate(Date.now());
  return { token: freshToken(), port: 0, key, cert };
}

/** What its clients show; nobody guesses it. */
export function freshToken(): string {
  return randomBytes(32).toString("hex");
}
