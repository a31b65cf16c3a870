import type { StoredFile } from './answer.ts';
import type { Call } from './call.ts';
import type { World } from './world.ts';

/** One transparent pixel. */
const pixel = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAQAAAC1HAwCAAAAC0lEQVR42mNkYAAAAAYAAjCB0C8AAAAASUVORK5CYII=',
  'base64',
);

/** A complete PDF of one empty page: the objects, a table of where they start, and where that table starts. */
function emptyPdf(): Buffer {
  const objects = [
    '<< /Type /Catalog /Pages 2 0 R >>',
    '<< /Type /Pages /Kids [3 0 R] /Count 1 >>',
    '<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Resources << >> >>',
  ].map((content, index) => `${index + 1} 0 obj\n${content}\nendobj\n`);
  const header = '%PDF-1.4\n';
  const starts = objects.map((_, index) => header.length + objects.slice(0, index).join('').length);
  const rows = starts.map((start) => `${String(start).padStart(10, '0')} 00000 n \n`);
  const table = `xref\n0 ${objects.length + 1}\n0000000000 65535 f \n${rows.join('')}`;
  const end = header.length + objects.join('').length;
  const trailer = `trailer\n<< /Size ${objects.length + 1} /Root 1 0 R >>\nstartxref\n${end}\n%%EOF\n`;
  return Buffer.from(header + objects.join('') + table + trailer);
}

function madeFile(path: string, id: string, contentType: string | undefined): StoredFile {
  if (/\/(image|thumbnail)$/.test(path))
    return { fileName: `${id}.png`, contentType: 'image/png', bytes: pixel };
  if (/\/pdf$/.test(path))
    return { fileName: `${id}.pdf`, contentType: 'application/pdf', bytes: emptyPdf() };
  if (/\/uploadsample$/.test(path)) {
    const page =
      '<!DOCTYPE html><html><body><form method="post" enctype="multipart/form-data"></form></body></html>';
    return { fileName: 'uploadsample.html', contentType: 'text/html', bytes: Buffer.from(page) };
  }
  const bytes = Buffer.from(`The file behind ${path}.\r\n`);
  return { fileName: `${id}.bin`, contentType: contentType ?? 'application/octet-stream', bytes };
}

/** The bytes that a download gives: what was uploaded, else a small file of the right kind (connectwise-api.md §8). */
export function fileFor(call: Call, world: World): StoredFile {
  const { path } = call.target;
  const [id = '0'] = path.match(/\d+/) ?? [];
  const uploaded = /^system\/documents\/\d+\/download$/.test(path)
    ? world.store.files.get(Number(id))
    : undefined;
  return uploaded ?? madeFile(path, id, call.operation.success.contentType);
}
