const KEPT = "learn-istio.board-key";

/**
 * The key that opens the board: out of the address (`/board#KEY`), where it would stand on a wall, into this tab's memory.
 * @returns {string | undefined}
 */
export function takeKey() {
  const given = location.hash.slice(1);
  if (given !== "") {
    keepKey(given);
    history.replaceState(null, "", location.pathname);
    return given;
  }
  try {
    return sessionStorage.getItem(KEPT) ?? undefined;
  } catch {
    return undefined;
  }
}

/** @param {string} key */
function keepKey(key) {
  try {
    sessionStorage.setItem(KEPT, key);
  } catch {
    // A browser that keeps nothing: the link has to be opened again after a reload.
  }
}
