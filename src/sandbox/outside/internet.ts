import { createCertificate } from "../api/index.ts";
import type { Accept, Outside } from "../network/index.ts";
import type { SiteServer } from "./server.ts";
import { SITES, type SiteRow } from "./sites.ts";

export interface InternetOptions {
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** The folder of the sandbox's own programs, absolute. */
  readonly tools: string;
  readonly log: (message: string, error?: unknown) => void;
}

const HTTP_PORT = 80;
const HTTPS_PORT = 443;

/** The few hosts of the internet that the sandbox plays: nothing that is asked of them leaves the machine. */
export class Internet implements Outside {
  readonly #options: InternetOptions;
  readonly #byName = new Map(SITES.flatMap((site) => site.names.map((name) => [name, site] as const)));
  readonly #byAddress = new Map(SITES.map((site) => [site.address, site] as const));
  #certificate: ReturnType<typeof createCertificate> | undefined;
  #server: Promise<SiteServer> | undefined;

  constructor(options: InternetOptions) {
    this.#options = options;
  }

  /** PEM; made when it is first asked for. All sites have this one certificate, which is its own authority. */
  get authority(): string {
    return this.#own.cert;
  }

  addressOf(name: string): string | undefined {
    return this.#byName.get(name.toLowerCase().replace(/\.$/, ""))?.address;
  }

  isAt(address: string): boolean {
    return this.#byAddress.has(address);
  }

  listener(address: string, port: number): Accept | undefined {
    const site = this.#byAddress.get(address);
    if (site === undefined || (port !== HTTP_PORT && port !== HTTPS_PORT)) return undefined;
    return (socket, { from }) => {
      this.#server ??= this.#load();
      const taken = { site: loadedOnce(site), from, isSecure: port === HTTPS_PORT };
      this.#server.then(
        (server) => server.take(socket, taken),
        (error: unknown) => {
          this.#options.log("the sites outside of the cluster", error);
          socket.destroy();
        },
      );
    };
  }

  async #load(): Promise<SiteServer> {
    const { SiteServer } = await import("./server.ts");
    return new SiteServer({ ...this.#options, certificate: this.#own });
  }

  get #own(): ReturnType<typeof createCertificate> {
    this.#certificate ??= createCertificate(this.#options.now(), {
      name: "learn-istio sandbox, the internet (simulated)",
      names: [...this.#byName.keys()],
      addresses: [...this.#byAddress.keys()],
    });
    return this.#certificate;
  }
}

const loading = new WeakMap<SiteRow, ReturnType<SiteRow["load"]>>();

function loadedOnce(site: SiteRow): SiteRow["load"] {
  return () => {
    const known = loading.get(site) ?? site.load();
    loading.set(site, known);
    return known;
  };
}
