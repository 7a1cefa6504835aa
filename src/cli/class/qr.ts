/** Light modules around the code, which scanners look for: four on each side (ISO/IEC 18004, 9.1). */
const QUIET = 4;
/** Black on bright white, whatever the terminal's own colours are. */
const COLOURS = "\u001b[30;107m";
const RESET = "\u001b[0m";
/** By the upper and the lower module of a character: dark or not. */
const HALVES = [" ", "▄", "▀", "█"];

/** A text as a QR code of half blocks, two modules to a character; `columns` is how wide it is. */
export async function drawQr(text: string): Promise<{ readonly lines: readonly string[]; readonly columns: number }> {
  const { encode } = await import("uqr");
  const { data, size } = encode(text, { ecc: "L", border: QUIET });
  const isDark = (x: number, y: number): number => (data[y]?.[x] === true ? 1 : 0);
  const lines: string[] = [];
  for (let y = 0; y < size; y += 2) {
    const row = Array.from({ length: size }, (_, x) => HALVES[2 * isDark(x, y) + isDark(x, y + 1)]);
    lines.push(`${COLOURS}${row.join("")}${RESET}`);
  }
  return { lines, columns: size };
}
