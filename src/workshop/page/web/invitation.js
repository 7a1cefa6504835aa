/**
 * What a learner types to join: the code stands in the fragment, which no browser sends. Undefined where there is no code,
 * or something else in its place: nothing else may get into a line that is pasted into a shell.
 * @param {string} origin
 * @param {string} hash
 * @returns {string | undefined}
 */
export function joinCommand(origin, hash) {
  const code = hash.slice(1).replaceAll("%20", "").toUpperCase();
  if (!/^(?=.*[0-9A-Z])[0-9A-Z-]{1,32}$/.test(code) || !/^http:\/\/[\w.:[\]-]+$/.test(origin)) return undefined;
  return `learn-istio class join '${origin}/#${code}'`;
}
