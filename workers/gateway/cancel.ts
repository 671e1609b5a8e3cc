/** Lets go of an answer that nobody will read: an unread body would hold its connection. */
export function cancel(response: Response | undefined): void {
  response?.body?.cancel().catch(() => {});
}
