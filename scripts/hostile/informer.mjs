/** A list and a watch that keep a copy of one resource, as clients' informers do, and note whatever an informer must not see. */
import { request } from "node:https";

export class Informer {
  /** `namespace/name` → the object. */
  cache = new Map();
  /** Every resourceVersion that came as an event. */
  versions = new Set();
  events = 0;
  /** The version of the first list. */
  listed = 0;
  relists = 0;
  faults = [];
  #daemon;
  #client;
  #path;
  #version = "";
  #outgoing;
  #isStopped = false;
  #onEvent;
  #held;

  /** `path` is the collection's; `onEvent` is told of every event. */
  constructor(daemon, client, path, onEvent = () => {}) {
    this.#daemon = daemon;
    this.#client = client;
    this.#path = path;
    this.#onEvent = onEvent;
  }

  get version() {
    return Number(this.#version);
  }

  /** Lists, then watches. */
  async start() {
    await this.#list();
    this.listed = this.version;
    this.#watch();
  }

  /** Stops reading, so that the server has to forget events that are still to come; `resume` goes on from where it was. */
  pause() {
    this.#held = true;
    this.#outgoing?.destroy();
  }

  resume() {
    this.#held = false;
    this.#watch();
  }

  stop() {
    this.#isStopped = true;
    this.#outgoing?.destroy();
  }

  /** What differs from the server's own list now; empty when nothing does. */
  async differences() {
    const { items } = await this.#client.get(this.#path);
    const there = new Map(items.map((object) => [keyOf(object), object.metadata.resourceVersion]));
    const here = new Map([...this.cache].map(([key, object]) => [key, object.metadata.resourceVersion]));
    const keys = [...new Set([...there.keys(), ...here.keys()])].filter((key) => there.get(key) !== here.get(key));
    return keys.map((key) => `${this.#path} ${key}: cached ${here.get(key)}, listed ${there.get(key)}`);
  }

  async #list() {
    const list = await this.#client.get(this.#path);
    this.cache = new Map(list.items.map((object) => [keyOf(object), object]));
    this.#version = list.metadata.resourceVersion;
  }

  #watch() {
    if (this.#isStopped || this.#held) return;
    const { port, ca, token } = this.#daemon;
    const path = `${this.#path}?watch=true&resourceVersion=${this.#version}`;
    const outgoing = request({
      host: "127.0.0.1",
      port,
      ca,
      path,
      agent: false,
      headers: { authorization: `Bearer ${token}` },
    });
    this.#outgoing = outgoing;
    outgoing.on("error", () => {});
    outgoing.on("response", (response) => {
      let rest = "";
      response.setEncoding("utf8");
      response.on("error", () => {});
      response.on("data", (text) => {
        const lines = (rest + text).split("\n");
        rest = lines.pop();
        for (const line of lines) if (this.#outgoing === outgoing) this.#take(JSON.parse(line));
      });
    });
    outgoing.on("close", () => {
      if (this.#outgoing === outgoing && !this.#isStopped && !this.#held) setTimeout(() => this.#again(), 20);
    });
    outgoing.end();
  }

  #again() {
    if (this.#daemon.isAlive()) this.#watch();
  }

  #take({ type, object }) {
    if (type === "BOOKMARK") return;
    if (type === "ERROR") {
      if (object.code !== 410) this.faults.push(`${this.#path}: ERROR ${object.code} ${object.message}`);
      this.relists += 1;
      this.#outgoing.removeAllListeners("close");
      this.#outgoing.destroy();
      void this.#list().then(() => this.#watch());
      return;
    }
    const key = keyOf(object);
    const version = Number(object.metadata.resourceVersion);
    if (!(version > this.version)) this.faults.push(`${this.#path} ${key}: version ${version} after ${this.#version}`);
    if ((type === "ADDED") === this.cache.has(key)) this.faults.push(`${this.#path} ${key}: ${type} is out of order`);
    if (type === "DELETED") this.cache.delete(key);
    else this.cache.set(key, object);
    this.#version = object.metadata.resourceVersion;
    this.versions.add(version);
    this.events += 1;
    this.#onEvent(type, object);
  }
}

/** The paths of all collections that can be listed and watched. */
export async function collections(client) {
  const groups = await client.get("/apis");
  const versions = groups.groups.map(({ preferredVersion }) => `/apis/${preferredVersion.groupVersion}`);
  const found = [];
  for (const base of ["/api/v1", ...versions]) {
    const { resources } = await client.get(base);
    for (const { name, verbs } of resources)
      if (verbs.includes("list") && verbs.includes("watch")) found.push(`${base}/${name}`);
  }
  return found;
}

function keyOf({ metadata }) {
  return `${metadata.namespace ?? ""}/${metadata.name}`;
}
