import { BlockList, isIP } from "node:net";

/** Whether an address is in a block, `10.0.0.0/8` or `10.1.2.3`; undefined for what is no block. */
export function addressBlock(text: string): ((address: string) => boolean) | undefined {
  const [address = "", bits, ...more] = text.split("/");
  const version = isIP(address);
  if (version === 0 || more.length > 0) return undefined;
  const all = version === 4 ? 32 : 128;
  const length = bits === undefined ? all : /^\d{1,3}$/.test(bits) ? Number(bits) : Number.NaN;
  if (!(length <= all)) return undefined;
  return version === 4 ? blockOfFour(address, length) : blockOfSix(address, length);
}

/** Numbers: this is asked for each request, and Node's own list takes microseconds. */
function blockOfFour(address: string, length: number): (address: string) => boolean {
  const size = 2 ** (32 - length);
  const block = Math.floor(numberOf(address) / size);
  return (other) => isIP(other) === 4 && Math.floor(numberOf(other) / size) === block;
}

function numberOf(address: string): number {
  return address.split(".").reduce((sum, part) => sum * 256 + Number(part), 0);
}

function blockOfSix(address: string, length: number): (address: string) => boolean {
  const block = new BlockList();
  block.addSubnet(address, length, "ipv6");
  return (other) => isIP(other) === 6 && block.check(other, "ipv6");
}
