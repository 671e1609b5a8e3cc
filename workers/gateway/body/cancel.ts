/** Cancels the body of an answer that nobody will read, because an unread body holds its connection. */
export function cancel(response: Response | undefined): void {
  response?.body?.cancel().catch(() => {});
}
