/** An IPv4 address as a number; undefined when the text is none. */
export function ipv4(text: string): number | undefined {
  const parts = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/.exec(text)?.slice(1).map(Number);
  if (parts === undefined || parts.some((part) => part > 255)) return undefined;
  return parts.reduce((sum, part) => sum * 256 + part, 0);
}

/** Whether an IPv4 address lies in `10.0.0.0/8`. False for what is neither. */
export function isInBlock(address: string, block: string): boolean {
  const [base = "", length = ""] = block.split("/");
  const [first, value, bits] = [ipv4(base), ipv4(address), Number(length)];
  if (first === undefined || value === undefined || length === "" || !(bits >= 0 && bits <= 32)) return false;
  const size = 2 ** (32 - bits);
  return Math.floor(first / size) === Math.floor(value / size);
}
