/** The reversed polynomial of CRC-32 (IEEE 802.3), as zlib and nginx use it. */
const POLYNOMIAL = 0xedb88320;

/** What a byte does to the register, for every byte: eight steps at once. */
const TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let register = byte;
  for (let bit = 0; bit < 8; bit++) register = (register >>> 1) ^ (register & 1 ? POLYNOMIAL : 0);
  return register;
});

/**
 * CRC-32 of `bytes`, unsigned.
 * @param before the CRC of what came before: `crc32(b, crc32(a))` is that of `a` and `b` together
 */
export function crc32(bytes: Uint8Array, before = 0): number {
  let register = ~before;
  for (const byte of bytes) register = (register >>> 8) ^ (TABLE[(register ^ byte) & 0xff] ?? 0);
  return ~register >>> 0;
}
