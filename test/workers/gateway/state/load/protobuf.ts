// As much of protobuf's encoding as an ORCA report needs. https://protobuf.dev/programming-guides/encoding/

/** A field of a double. */
export function double(number: number, value: number): number[] {
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, value, true);
  return [number * 8 + 1, ...new Uint8Array(view.buffer)];
}

/** A field of at most 127 bytes. */
export function bytes(number: number, value: number[]): number[] {
  return [number * 8 + 2, value.length, ...value];
}

/** ORCA's field for a named metric, an entry of a map. */
export function metric(name: string, value: number): number[] {
  return bytes(8, [...bytes(1, [...new TextEncoder().encode(name)]), ...double(2, value)]);
}
