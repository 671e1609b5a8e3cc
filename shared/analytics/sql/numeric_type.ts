/** Whether a column of this type holds numbers: `UInt64`, `Nullable(Float64)`. Its 64-bit integers come as texts. */
export function isNumericType(type: string): boolean {
  return /^(?:Nullable\()?(?:U?Int|Float|Decimal)/.test(type);
}
