/** Istio's control plane: the objects of an installation, what istiod writes, how it injects. */
export { gatewayApiController } from "./control/gateway-api/controller.ts";
export { istiodController } from "./control/istiod.ts";
export { decideInstallation, type Installation, type InstallWish, WishError } from "./install/installation.ts";
export { type Component, componentsOf, defaultTag, tagObjects } from "./manifests/components.ts";
export { SIMULATED_MARK } from "./mark.ts";
export { answerForRelease, type SiteAnswer } from "./release/sites.ts";
export { findDecodeError, injectorServer, loadInjector, loadValidator, validatorServer } from "./server.ts";
export { errorList } from "./validation/findings.ts";
export { releaseNamed, releaseVersions } from "./versions.ts";
