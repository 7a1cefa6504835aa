import { type Analyzer, fullName, hasLabels, type Item, items, report } from "../model.ts";

/** Gateways of the same pods with one certificate: clients reuse a connection for the wrong one. */
export const gatewayCertificates: Analyzer = {
  name: "gateway.CertificateAnalyzer",
  description: "Checks a gateway certificate",
  inputs: ["Gateway"],
  *analyze(world) {
    const gateways = world.list("Gateway");
    for (const own of gateways)
      for (const other of gateways) {
        if (own === other || !hasLabels(other.spec.selector ?? {}, own.spec.selector)) continue;
        const isShared = items(own.spec.servers).some(({ tls }) =>
          items(other.spec.servers).some((server) => isSame(tls, server.tls)),
        );
        if (isShared)
          yield report(own, "GatewayDuplicateCertificate", [[fullName(own), fullName(other)]], "metadata.name");
      }
  },
};

function isSame(one: Item, other: Item): boolean {
  if (!one || !other) return false;
  if (one.credentialName || other.credentialName) return one.credentialName === other.credentialName;
  const isSameFile = Boolean(one.serverCertificate) && one.serverCertificate === other.serverCertificate;
  return isSameFile && Boolean(one.privateKey) && one.privateKey === other.privateKey;
}
