import * as z from 'zod/mini';

/** What `npm audit --json` prints where the registry answered. */
const auditSchema = z.object({
  vulnerabilities: z.record(
    z.string(),
    z.object({ name: z.string(), severity: z.string(), range: z.string() }),
  ),
});

type Audit =
  | { readonly kind: 'clean' }
  | { readonly kind: 'vulnerable'; readonly sentences: readonly string[] }
  /** Nothing is known: the registry could not be asked, or answered something else. */
  | { readonly kind: 'unknown'; readonly why: string };

/** Reads what `npm audit --json` printed. */
export function readAudit(text: string): Audit {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { kind: 'unknown', why: 'npm audit printed no JSON' };
  }
  const audit = auditSchema.safeParse(value);
  if (!audit.success) {
    const failure = z.object({ message: z.string() }).safeParse(value);
    return {
      kind: 'unknown',
      why: failure.success ? failure.data.message : 'npm audit printed something else',
    };
  }
  const sentences = Object.values(audit.data.vulnerabilities).map(
    ({ name, severity, range }) => `${name} ${range}: ${severity}`,
  );
  return sentences.length === 0 ? { kind: 'clean' } : { kind: 'vulnerable', sentences };
}
