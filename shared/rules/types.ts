/** Types of Cloudflare's Rules language. Its Bytes are String here. */
export type Type =
  | 'String'
  | 'Integer'
  | 'IP address'
  | 'Boolean'
  | 'Array<String>'
  | 'Array<Integer>'
  | 'Array<Boolean>'
  | 'Map<Array<String>>';

/** The type of an array's elements. @returns undefined: it is no array */
export function elementOf(type: Type): Type | undefined {
  return /^Array<(.*)>$/.exec(type)?.[1] as Type | undefined;
}

export function listOf(type: Type): Type {
  return `Array<${type}>` as Type;
}

/** With its article, for messages: `an Integer`. */
export function article(type: Type): string {
  return `${/^[AI]/.test(type) ? 'an' : 'a'} ${type}`;
}
