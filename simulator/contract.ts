import * as z from 'zod/mini';

/** The switches that reading alone can tell of a real server, as `npm run contract` reports them. Each is one of SimulatorOptions. */
const switchesSchema = z.strictObject({
  badKeysBody: z.exactOptional(z.enum(['UserNotAuthenticated', 'Unauthorized'])),
  missingClientIdStatus: z.exactOptional(z.union([z.literal(401), z.literal(403)])),
  isSystemInfoOpen: z.exactOptional(z.boolean()),
  isCloudAs: z.exactOptional(z.enum(['boolean', 'text'])),
  unknownCompany: z.exactOptional(z.enum(['null', 'not-found'])),
  junkVersion: z.exactOptional(z.enum(['latest', 'not-acceptable'])),
  stringEscapes: z.exactOptional(z.enum(['none', 'backslash', 'doubled'])),
  likeWildcards: z.exactOptional(z.enum(['documented', 'sql'])),
  dateOffsets: z.exactOptional(z.enum(['applied', 'shifted'])),
  unknownNames: z.exactOptional(z.enum(['dropped', 'refused'])),
  links: z.exactOptional(z.enum(['recorded', 'always', 'old'])),
  lastForwardLink: z.exactOptional(z.enum(['missing', 'empty', 'self'])),
  documentsOfNoRecord: z.exactOptional(z.enum(['refused', 'all'])),
});
export type Switches = z.infer<typeof switchesSchema>;

const reportSchema = z.object({ switches: switchesSchema });

/** Reads the switches of a report. @throws Error with a sentence where the text is none. */
export function readSwitches(text: string): Switches {
  let report: unknown;
  try {
    report = JSON.parse(text);
  } catch {
    throw new Error('The contract report is not JSON. Give the .json file that npm run contract wrote.');
  }
  const parsed = reportSchema.safeParse(report);
  if (parsed.success) return parsed.data.switches;
  const [issue] = parsed.error.issues;
  throw new Error(
    `The contract report is not valid at ${issue?.path.join('.') || 'its root'}. Give the .json file that npm run contract wrote.`,
  );
}
