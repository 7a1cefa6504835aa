import { createHmac, timingSafeEqual } from "node:crypto";

/** All copies of the page must read each other's sessions: upstream's is a constant in its source, too. */
const KEY = "bookinfo of the sandbox";

/** The `session` cookie in which a user is remembered, in three parts as Flask writes it: value, time, signature. */
export function sessionCookie(user: string, now: number): string {
  const value = Buffer.from(JSON.stringify({ user })).toString("base64url");
  const time = Buffer.alloc(4);
  time.writeUInt32BE(Math.floor(now / 1000));
  const text = `${value}.${time.toString("base64url")}`;
  return `session=${text}.${signed(text)}; HttpOnly; Path=/`;
}

/** What forgets it. */
export const ENDED_SESSION = "session=; Expires=Thu, 01 Jan 1970 00:00:00 GMT; Max-Age=0; HttpOnly; Path=/";

/** The user of a request's session; empty when it has none, or one that somebody else has written. */
export function userOf(cookies: string | undefined): string {
  const [, value = "", time, signature = ""] =
    /(?:^|;\s*)session="?([\w-]+)\.([\w-]+)\.([\w-]+)/.exec(cookies ?? "") ?? [];
  const wanted = Buffer.from(signed(`${value}.${time}`));
  const given = Buffer.from(signature);
  if (given.length !== wanted.length || !timingSafeEqual(given, wanted)) return "";
  return (JSON.parse(Buffer.from(value, "base64url").toString()) as { user: string }).user;
}

function signed(text: string): string {
  return createHmac("sha1", KEY).update(text).digest("base64url");
}
