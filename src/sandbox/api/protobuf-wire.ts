/** What stands on the wire: a varint or fixed number, or a run of bytes. */
export type WireValue = bigint | Uint8Array;

/** Bytes that are no protobuf, or none that we know. */
export class WireError extends Error {
  override readonly name = "WireError";
}

const VARINT = 0;
const FIXED64 = 1;
const BYTES = 2;
const FIXED32 = 5;
const VARINT_LIMIT = 10;

interface Cursor {
  readonly bytes: Uint8Array;
  at: number;
}

/** All values of a message by field number, in order of appearance. Throws `WireError` when the bytes end early. */
export function readFields(bytes: Uint8Array): ReadonlyMap<number, readonly WireValue[]> {
  const fields = new Map<number, WireValue[]>();
  const cursor: Cursor = { bytes, at: 0 };
  while (cursor.at < bytes.length) {
    const tag = Number(readVarint(cursor));
    const value = readValue(cursor, tag & 7);
    const values = fields.get(tag >>> 3);
    if (values) values.push(value);
    else fields.set(tag >>> 3, [value]);
  }
  return fields;
}

function readValue(cursor: Cursor, wireType: number): WireValue {
  switch (wireType) {
    case VARINT:
      return readVarint(cursor);
    case FIXED64:
      return littleEndian(take(cursor, 8));
    case BYTES:
      return take(cursor, Number(readVarint(cursor)));
    case FIXED32:
      return littleEndian(take(cursor, 4));
    default:
      throw new WireError(`the protobuf wire type ${wireType} is not known`);
  }
}

function readVarint(cursor: Cursor): bigint {
  let value = 0n;
  for (let index = 0; index < VARINT_LIMIT; index++) {
    const byte = cursor.bytes[cursor.at++];
    if (byte === undefined) throw new WireError("the protobuf message ends within a number");
    value |= BigInt(byte & 127) << BigInt(7 * index);
    if (byte < 128) return value;
  }
  throw new WireError("a protobuf number is longer than 10 bytes");
}

function take(cursor: Cursor, length: number): Uint8Array {
  const end = cursor.at + length;
  if (end > cursor.bytes.length) throw new WireError("the protobuf message ends within a field");
  const taken = cursor.bytes.subarray(cursor.at, end);
  cursor.at = end;
  return taken;
}

function littleEndian(bytes: Uint8Array): bigint {
  return bytes.reduceRight((value, byte) => (value << 8n) | BigInt(byte), 0n);
}
