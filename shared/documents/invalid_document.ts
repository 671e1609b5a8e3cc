/** A value of KV, of the cache or of the coordinator is not the document that it should be. The message says which. */
export class InvalidDocument extends Error {
  override name = 'InvalidDocument';
}
