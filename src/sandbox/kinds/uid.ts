/** A version 4 UUID from `random`, which gives numbers in [0, 1). */
export function randomUid(random: () => number): string {
  return "xxxxxxxx-xxxx-4xxx-yxxx-xxxxxxxxxxxx".replace(/[xy]/g, (letter) => {
    const digit = Math.floor(random() * 16);
    return (letter === "x" ? digit : (digit & 3) | 8).toString(16);
  });
}
