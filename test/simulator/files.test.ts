import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Caller, createCaller } from './caller.ts';

let caller: Caller;
beforeAll(async () => {
  caller = await createCaller({ rows: 3 });
});
afterAll(() => caller.simulator.close());

test('a document comes back as it was uploaded', async () => {
  const form = new FormData();
  form.set('recordType', 'Ticket');
  form.set('recordId', '1');
  form.set('Title', 'Notes');
  form.set('file', new File(['line one\r\nline two'], 'notes.txt', { type: 'text/plain' }));
  const created = await caller.call('POST', '/system/documents', form);
  expect([created.status, created.json]).toMatchObject([
    201,
    { id: 4, title: 'Notes', fileName: 'notes.txt', size: 18 },
  ]);
  const { text, headers } = await caller.get('/system/documents/4/download');
  expect([text, headers.get('content-type'), headers.get('content-disposition')]).toEqual([
    'line one\r\nline two',
    'text/plain',
    'attachment; filename="notes.txt"',
  ]);
});

test('a document as JSON is refused with 415', async () => {
  expect((await caller.call('POST', '/system/documents', { title: 'x' })).status).toBe(415);
});

test.each([
  ['/system/documents/1/download', 'application/octet-stream', 'The file behind'],
  ['/company/contacts/2/image', 'image/png', 'PNG'],
  ['/finance/invoices/3/pdf', 'application/pdf', '%PDF-1.4'],
])('%s gives bytes of its kind', async (path, type, start) => {
  const { status, headers, text } = await caller.get(path);
  expect([status, headers.get('content-type')]).toEqual([200, type]);
  expect(text.slice(0, 20)).toContain(start);
});

test('the PDF says truly where its objects start', async () => {
  const { text } = await caller.get('/finance/invoices/1/pdf');
  const starts = [...text.matchAll(/^(\d{10}) 00000 n/gm)].map(([, start]) => Number(start));
  expect(starts.map((start) => text.slice(start, start + 7))).toEqual(['1 0 obj', '2 0 obj', '3 0 obj']);
  const table = Number(/startxref\n(\d+)/.exec(text)?.[1]);
  expect(text.slice(table, table + 4)).toBe('xref');
});

test('a download of a missing document is 404', async () => {
  expect((await caller.get('/system/documents/99/download')).status).toBe(404);
});

test('documents are listed by the record that they belong to', async () => {
  const form = new FormData();
  form.set('recordType', 'Company');
  form.set('recordId', '3');
  form.set('file', new File(['old'], 'old.txt', { type: 'text/plain' }));
  const { json } = await caller.call('POST', '/system/documents', form);
  const { id } = Object(json);
  expect(await caller.ids('/system/documents?recordType=company&recordId=3')).toEqual([id]);
  expect(await caller.ids('/system/documents?recordType=Ticket&recordId=2')).toEqual([2]);
  expect(await caller.ids('/system/documents?recordType=Company&recordId=2')).toEqual([]);
});
