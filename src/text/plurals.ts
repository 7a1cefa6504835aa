/** `1 step`, `2 steps`; `many` for words whose plural is not their singular with an s. */
export function plural(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}
