import { WireError, type WireValue } from "./protobuf-wire.ts";

interface Scalar {
  readonly zero: unknown;
  readonly ofNumber?: (value: bigint) => unknown;
  readonly ofBytes?: (value: Uint8Array) => unknown;
}

const text = new TextDecoder();

/** The scalar types that Kubernetes' messages use. 64-bit numbers past 2^53 lose digits, as they do in JSON. */
const SCALARS: Readonly<Record<string, Scalar>> = {
  bool: { zero: false, ofNumber: (value) => value !== 0n },
  bytes: { zero: null, ofBytes: (value) => Buffer.from(value).toString("base64") },
  double: { zero: 0, ofNumber: doubleOf },
  int32: { zero: 0, ofNumber: (value) => Number(BigInt.asIntN(32, value)) },
  int64: { zero: 0, ofNumber: (value) => Number(BigInt.asIntN(64, value)) },
  string: { zero: "", ofBytes: (value) => text.decode(value) },
  uint32: { zero: 0, ofNumber: (value) => Number(BigInt.asUintN(32, value)) },
  uint64: { zero: 0, ofNumber: (value) => Number(BigInt.asUintN(64, value)) },
};

/** The JSON of a scalar value. Throws `WireError` when the wire holds another type. */
export function scalarOf(type: string, value: WireValue): unknown {
  const { ofNumber, ofBytes } = known(type);
  if (typeof value === "bigint" && ofNumber) return ofNumber(value);
  if (value instanceof Uint8Array && ofBytes) return ofBytes(value);
  throw new WireError(`the protobuf message holds no \`${type}\` where one belongs`);
}

/** The JSON of an unset scalar that Go prints nevertheless. */
export function defaultOf(type: string): unknown {
  return known(type).zero;
}

function known(type: string): Scalar {
  const scalar = SCALARS[type];
  if (scalar === undefined) throw new WireError(`the protobuf type \`${type}\` is not known`);
  return scalar;
}

function doubleOf(bits: bigint): number {
  const view = new DataView(new ArrayBuffer(8));
  view.setBigUint64(0, BigInt.asUintN(64, bits));
  return view.getFloat64(0);
}
