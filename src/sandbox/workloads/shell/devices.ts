/** What `/dev/zero` and `/dev/urandom` give for ever; `/dev/null` nothing. */
export async function* deviceBytes(device: "null" | "zero" | "random"): AsyncGenerator<Buffer> {
  while (device !== "null") {
    const bytes = Buffer.alloc(32 * 1024);
    if (device === "random") for (let at = 0; at < bytes.length; at += 1) bytes[at] = Math.floor(Math.random() * 256);
    yield bytes;
  }
}
