import { certificateOf, identityOf, type Workload } from "../mesh/index.ts";
import type { JsonObject, KubeObject } from "../objects/index.ts";

/** Has an authority sign a workload's certificate; both PEM. Throws for an authority that cannot. */
export type Certify = (
  wish: {
    readonly uri: string;
    readonly serialNumber: string;
    readonly notBefore: number;
    readonly notAfter: number;
  },
  authority: { readonly key: string; readonly cert: string },
) => string;

interface Issued {
  readonly serialNumber: string;
  readonly root: string;
  readonly own: string;
}

/** The certificates that proxies have from istiod: each is made when somebody looks at it, and kept until it is renewed. */
export class Certificates {
  readonly #certify: Certify;
  readonly #secret: (name: string) => KubeObject | undefined;
  readonly #issued = new Map<string, Issued>();

  /** `secret` finds one beside istiod. */
  constructor(certify: Certify, secret: (name: string) => KubeObject | undefined) {
    this.#certify = certify;
    this.#secret = secret;
  }

  /** A workload's and the root's, PEM; undefined while there is no authority. */
  of(proxy: Workload, trustDomain: string, now: number): { readonly own: string; readonly root: string } | undefined {
    const authority = this.#authority();
    if (authority === undefined) return undefined;
    const identity = identityOf(trustDomain, proxy);
    const { serialNumber, notBefore, notAfter } = certificateOf(identity, proxy.uid, now, proxy.startedAt);
    const known = this.#issued.get(proxy.uid);
    if (known?.serialNumber === serialNumber && known.root === authority.root) return known;
    const own = this.#certify({ uri: identity, serialNumber, notBefore, notAfter }, authority);
    const issued = { serialNumber, root: authority.root, own };
    this.#issued.set(proxy.uid, issued);
    return issued;
  }

  /** The pod is gone. */
  forget({ metadata }: KubeObject): void {
    this.#issued.delete(String(metadata.uid));
  }

  /** A user's own authority comes before istiod's. */
  #authority(): { readonly key: string; readonly cert: string; readonly root: string } | undefined {
    for (const name of ["cacerts", "istio-ca-secret"]) {
      const data = this.#secret(name)?.data as JsonObject | undefined;
      const [key, cert] = [text(data?.["ca-key.pem"]), text(data?.["ca-cert.pem"])];
      if (key !== "" && cert !== "") return { key, cert, root: text(data?.["root-cert.pem"]) || cert };
    }
    return undefined;
  }
}

function text(base64: unknown): string {
  return typeof base64 === "string" ? Buffer.from(base64, "base64").toString() : "";
}
