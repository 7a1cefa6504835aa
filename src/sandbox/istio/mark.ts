/** How the programs of a simulated release begin: so that nobody takes them for the real ones. */
export const SIMULATED_MARK = "#!/bin/sh\n# learn-istio";
