import { type Analyzer, fullName, items, report } from "../model.ts";

const VERIFIED = ["SIMPLE", "MUTUAL"];

/** TLS to a server whose certificate nobody looks at. */
export const caCertificates: Analyzer = {
  name: "destinationrule.CaCertificateAnalyzer",
  description: "Checks if caCertificates is set when TLS mode is SIMPLE/MUTUAL",
  inputs: ["DestinationRule"],
  *analyze(world) {
    for (const rule of world.list("DestinationRule")) {
      const { host = "", trafficPolicy = {} } = rule.spec;
      const { tls, portLevelSettings } = trafficPolicy ?? {};
      const whose = [fullName(rule), rule.namespace];
      if (VERIFIED.includes(tls?.mode) && !tls.caCertificates) {
        const path = "spec.trafficPolicy.tls.caCertificates";
        yield report(rule, "NoServerCertificateVerificationDestinationLevel", [...whose, tls.mode, host], path);
      }
      for (const [index, { port, tls: own }] of items(portLevelSettings).entries()) {
        if (!VERIFIED.includes(own?.mode) || own.caCertificates) continue;
        const args = [...whose, own.mode, host, port?.number ? `number:${port.number}` : ""];
        const path = `spec.trafficPolicy.portLevelSettings[${index}].tls.caCertificates`;
        yield report(rule, "NoServerCertificateVerificationPortLevel", args, path);
      }
    }
  },
};
