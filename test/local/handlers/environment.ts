/** Answers with the environment that it runs in. */
export async function handler(): Promise<unknown> {
  return process.env;
}
