/** How far Page Up and Page Down lead, in rows. */
const PAGE = 10;

/**
 * Where a key leads in a grid; undefined for a key that means nothing there.
 * @param {{ readonly key: string, readonly ctrlKey: boolean }} key
 * @param {{ readonly row: number, readonly column: number }} from
 * @param {{ readonly rows: number, readonly columns: number }} size
 */
export function moveIn({ key, ctrlKey }, { row, column }, { rows, columns }) {
  const to = (/** @type {number} */ r, /** @type {number} */ c) => ({
    row: Math.min(Math.max(r, 0), rows - 1),
    column: Math.min(Math.max(c, 0), columns - 1),
  });
  switch (key) {
    case "ArrowUp":
      return to(row - 1, column);
    case "ArrowDown":
      return to(row + 1, column);
    case "ArrowLeft":
      return to(row, column - 1);
    case "ArrowRight":
      return to(row, column + 1);
    case "Home":
      return to(ctrlKey ? 0 : row, 0);
    case "End":
      return to(ctrlKey ? rows - 1 : row, columns - 1);
    case "PageUp":
      return to(row - PAGE, column);
    case "PageDown":
      return to(row + PAGE, column);
    default:
      return undefined;
  }
}
