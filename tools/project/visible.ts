/** A text of somebody else for a terminal: characters that control it, or turn the direction of text, become dots. */
export function visible(text: string): string {
  return text.replace(/\p{C}/gu, '\u00b7');
}
