/** Cancels the body of an answer that will not be read. An unread body keeps its connection busy. */
export function cancel(response: Response | undefined): void {
  response?.body?.cancel().catch(() => {});
}
