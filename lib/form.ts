import * as z from 'zod/mini';
import { explain } from './explanation.ts';
import { memberPath } from './preflight/finding.ts';

/** One field of a multipart form. */
export type FormPart =
  | { readonly name: string; readonly value: string }
  | {
      readonly name: string;
      readonly fileName: string;
      readonly contentType: string;
      readonly bytes: Uint8Array<ArrayBuffer>;
    };

/** Why a request is no form, and where: `request.file`. */
interface FormProblem {
  readonly problem: string;
  readonly at: string;
}

const fileSchema = z.strictObject({
  fileName: z.string().check(z.minLength(1), z.maxLength(255)),
  contentType: z.optional(
    z.string().check(z.regex(/^[\w.+-]+\/[\w.+-]+(?:;.*)?$/, 'must be a media type such as text/plain')),
  ),
  base64: z.string().check(
    z.overwrite((text) => text.replaceAll(/\s+/g, '')),
    z.refine((text) => text.length % 4 === 0 && /^[A-Za-z0-9+/]*={0,2}$/.test(text), 'must be base64'),
  ),
});

/** Documents go up as a form (connectwise-api.md §8): `file` as { fileName, contentType, base64 }, everything else as text. */
export function readForm(
  request: unknown,
): { readonly kind: 'form'; readonly parts: readonly FormPart[] } | FormProblem {
  if (typeof request !== 'object' || request === null || Array.isArray(request)) {
    return { at: 'request', problem: `'request' must be an object: its members are the fields of the form.` };
  }
  const parts: FormPart[] = [];
  for (const [name, value] of Object.entries(request)) {
    if (value === null || value === undefined) continue;
    if (name === 'file') {
      const file = fileSchema.safeParse(value);
      if (!file.success) {
        const why = explain(file.error, value, Object.keys(fileSchema.shape));
        return {
          at: 'request.file',
          problem: `'request.file' must be { fileName, contentType, base64 }. ${why}`,
        };
      }
      const { fileName, contentType = 'application/octet-stream', base64 } = file.data;
      parts.push({ name, fileName, contentType, bytes: new Uint8Array(Buffer.from(base64, 'base64')) });
    } else if (['string', 'number', 'boolean'].includes(typeof value)) {
      parts.push({ name, value: String(value) });
    } else {
      return {
        at: memberPath('request', name),
        problem: `'request.${name}' must be a string, a number or a boolean: it is a field of a form.`,
      };
    }
  }
  return { kind: 'form', parts };
}
