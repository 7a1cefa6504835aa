import { escaped, type TextTest, textPattern } from "./pattern.ts";

/** Whether a request's path is as a policy wants it; its query has no say. */
export function pathPattern(value: string): TextTest {
  const test = /\{\*\*?\}/.test(value) ? templatePattern(value) : textPattern(value);
  return (path) => path !== undefined && test(normalPath(path));
}

/**
 * A path template: `{*}` is one part of the path, `{**}` any number of parts; bare stars mean the same in one. Source:
 * Envoy's URI template matcher and its characters.
 */
function templatePattern(value: string): TextTest {
  const operators = value.replaceAll("{**}", "**").replaceAll("{*}", "*");
  const parts = operators.split(/(\*{1,2})/).map((part) => {
    if (part === "**") return "[A-Za-z0-9\\-._~%!$&'()+,;:@/=]*";
    return part === "*" ? "[A-Za-z0-9\\-._~%!$&'()+,;:@=]+" : escaped(part);
  });
  const pattern = new RegExp(`^${parts.join("")}$`);
  return (path) => path !== undefined && pattern.test(path);
}

/**
 * The path as the mesh's `pathNormalization` BASE leaves it: without query and fragment, `\` as `/`, escapes of plain
 * characters undone, `.` and `..` resolved. Slashes are not merged. Source: istio.io, meshConfig.pathNormalization.
 */
export function normalPath(path: string): string {
  const own = path.replace(/[?#].*$/s, "");
  if (!/[%\\]|\/\./.test(own)) return own;
  const plain = own.replaceAll("\\", "/").replace(/%[0-9a-f]{2}/gi, (code) => {
    const character = String.fromCharCode(Number.parseInt(code.slice(1), 16));
    return /[A-Za-z0-9\-._~]/.test(character) ? character : code;
  });
  const parts: string[] = [];
  const all = plain.split("/").slice(1);
  for (const [at, part] of all.entries()) {
    if (part === "..") parts.pop();
    if (part !== "." && part !== "..") parts.push(part);
    else if (at === all.length - 1) parts.push("");
  }
  return `/${parts.join("/")}`;
}
