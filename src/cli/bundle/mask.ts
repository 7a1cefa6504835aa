/** Stands where a secret stood. */
export const MASK = "***";

/** A name whose value is nobody's business. */
const SECRET_NAME =
  /TOKEN|SECRET|PASSW|PASSPHRASE|CREDENTIAL|PRIVATE|COOKIE|AUTH|(?:^|_)(?:API|ACCESS|SIGNING)?_?KEY(?:_|$)|APIKEY/i;
/** `https://user:password@host` */
const USER_IN_URL = /(\b[a-z][a-z0-9+.-]*:\/\/)[^\s/@:]*:[^\s/@]+@/gi;
/** What would stand in any text by chance is not looked for. */
const SHORTEST = 6;

export function isSecretName(name: string): boolean {
  return SECRET_NAME.test(name);
}

/** Takes secrets out of texts: the values that it was told, and users in URLs. */
export class Masker {
  readonly #values = new Set<string>();

  /** A value, and the forms in which it may be printed: its lines, in JSON, in base64. */
  add(value: string): void {
    const lines = value.split("\n").filter((line) => !line.startsWith("-----"));
    for (const one of [value, ...lines].map((text) => text.trim())) {
      if (one.length < SHORTEST) continue;
      for (const form of [one, JSON.stringify(one).slice(1, -1), Buffer.from(one).toString("base64")])
        this.#values.add(form);
    }
    this.#values.delete("");
  }

  /** The values of an environment's secret names. */
  addEnvironment(env: Readonly<Record<string, string | undefined>>): void {
    for (const [name, value] of Object.entries(env)) if (value !== undefined && isSecretName(name)) this.add(value);
  }

  mask(text: string): string {
    // The longest first: one value may be a part of another.
    const values = [...this.#values].sort((a, b) => b.length - a.length);
    let masked = text;
    for (const value of values) masked = masked.replaceAll(value, MASK);
    return masked.replaceAll(USER_IN_URL, `$1${MASK}@`);
  }
}

/** An environment as lines of `NAME=value`, in order, secrets masked by their names. */
export function environmentText(env: Readonly<Record<string, string>>): string {
  return Object.entries(env)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => `${name}=${isSecretName(name) ? MASK : value}\n`)
    .join("");
}
