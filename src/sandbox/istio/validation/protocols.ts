/** What is known of each protocol that a port may name, in small letters. */
const PROTOCOLS: Readonly<
  Record<string, { readonly isHttp: boolean; readonly isTls: boolean; readonly isTcp: boolean }>
> = {
  grpc: { isHttp: true, isTls: false, isTcp: false },
  "grpc-web": { isHttp: true, isTls: false, isTcp: false },
  hbone: { isHttp: false, isTls: false, isTcp: false },
  http: { isHttp: true, isTls: false, isTcp: false },
  http2: { isHttp: true, isTls: false, isTcp: false },
  http_proxy: { isHttp: true, isTls: false, isTcp: false },
  https: { isHttp: false, isTls: true, isTcp: true },
  mongo: { isHttp: false, isTls: false, isTcp: true },
  mysql: { isHttp: false, isTls: false, isTcp: true },
  redis: { isHttp: false, isTls: false, isTcp: true },
  tcp: { isHttp: false, isTls: false, isTcp: true },
  tls: { isHttp: false, isTls: true, isTcp: true },
  udp: { isHttp: false, isTls: false, isTcp: false },
};
const NONE = { isHttp: false, isTls: false, isTcp: false };

/** Whether Istio knows a protocol. */
export function isProtocol(name: unknown): boolean {
  return Object.hasOwn(PROTOCOLS, String(name ?? "").toLowerCase());
}

/** What a protocol is; an unknown one is nothing. */
export function protocolOf(name: unknown): (typeof PROTOCOLS)[string] {
  return PROTOCOLS[String(name ?? "").toLowerCase()] ?? NONE;
}

/** Why a port's protocol is none. Not set is right: it is detected. */
export function protocolError(name: unknown): string | undefined {
  return !name || isProtocol(name) ? undefined : `unsupported protocol: ${name}`;
}
