/** Answers with the event that it was given. */
export async function handler(event: unknown): Promise<unknown> {
  return event;
}
