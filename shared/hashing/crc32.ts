/** The reversed polynomial of CRC-32 (IEEE 802.3), as zlib and nginx use it. */
const POLYNOMIAL = 0xedb88320;

/** The change of the register by each possible byte, which combines eight steps. */
const TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let register = byte;
  for (let bit = 0; bit < 8; bit++) register = (register >>> 1) ^ (register & 1 ? POLYNOMIAL : 0);
  return register;
});

/**
 * CRC-32 of `bytes`, unsigned.
 * @param before the CRC of the bytes before these: `crc32(b, crc32(a))` is the CRC of `a` followed by `b`
 */
export function crc32(bytes: Uint8Array, before = 0): number {
  let register = ~before;
  for (const byte of bytes) register = (register >>> 8) ^ (TABLE[(register ^ byte) & 0xff] ?? 0);
  return ~register >>> 0;
}
