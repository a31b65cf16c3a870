import * as z from 'zod/mini';

const fileSchema = z.object({
  contentType: z.string(),
  fileName: z.optional(z.nullable(z.string())),
  base64: z.string(),
});

/** Bytes that ConnectWise answered with. */
export interface FileContent {
  readonly name: string;
  readonly contentType: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly preview: 'image' | 'pdf' | 'text' | 'none';
}

/** Reads a response that is bytes; undefined for any other. */
export function readFile(response: unknown): FileContent | undefined {
  const found = fileSchema.safeParse(response);
  if (!found.success) return undefined;
  const { contentType, fileName, base64 } = found.data;
  const bytes = bytesOf(base64);
  return (
    bytes && {
      name: fileName ?? 'response',
      contentType,
      bytes,
      preview: previewOf(contentType, fileName ?? ''),
    }
  );
}

function bytesOf(base64: string): Uint8Array<ArrayBuffer> | undefined {
  try {
    return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
  } catch {
    return undefined;
  }
}

/** Only what a browser shows without running anything of it. */
function previewOf(contentType: string, fileName: string): FileContent['preview'] {
  const [type = ''] = contentType.toLowerCase().split(';');
  if (/^image\/(?:png|jpe?g|gif|webp|bmp)$/.test(type)) return 'image';
  if (type === 'application/pdf') return 'pdf';
  const isText = /^text\/|[/+](?:json|xml)$/.test(type) || /\.(?:txt|csv|log|json|xml|md)$/i.test(fileName);
  return isText ? 'text' : 'none';
}
