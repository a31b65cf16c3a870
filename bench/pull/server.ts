import { createServer, type TLSSocket } from 'node:tls';
import { parseArgs } from 'node:util';
import { selfSigned } from '../../simulator/certificate.ts';
import { cannedTicket } from '../canned-ticket.ts';

/**
 * A ConnectWise that costs next to nothing: a raw TLS server that answers pages of tickets out of one canned page, with other
 * ids written into it. It runs in a process of its own and prints its port and certificate as JSON.
 */
const { values } = parseArgs({
  options: { rows: { type: 'string' }, delay: { type: 'string' }, unfilterable: { type: 'boolean' } },
});
const rows = Number(values.rows);
const delayMs = Number(values.delay);

const largestPage = 1_000;
const idWidth = 9;

/** As large as tickets are: 1,000 of them are 1.4 MB (performance.md). The id has room for the digits of any other. */
const cannedRow = (): string => `{"id":${' '.repeat(idWidth)},${JSON.stringify(cannedTicket(12)).slice(1)}`;

const row = Buffer.from(`,${cannedRow()}`);
const idAt = row.indexOf(':') + 1;
const [comma, open, close] = [0x2c, 0x5b, 0x5d];

/** A page whose ids are written anew for each answer. Who asks for the next one has read the last one, so each socket has one of its own. */
const newPage = () => Buffer.concat([...Array.from({ length: largestPage }, () => row), Buffer.of(close)]);

/** Tickets from one id to another, as JSON. */
function ticketsOf(page: Buffer, from: number, to: number, step: 1 | -1): Buffer {
  const count = Math.max(0, (to - from) * step + 1);
  for (let place = 0; place < count; place++) {
    const at = place * row.length;
    page[at] = place === 0 ? open : comma;
    page.write(String(from + place * step).padStart(idWidth), at + idAt, 'latin1');
  }
  if (count === 0) return Buffer.from('[]');
  page[count * row.length] = close;
  return page.subarray(0, count * row.length + 1);
}

function answer(target: string, page: Buffer): Buffer {
  const url = new URL(target, 'https://host');
  if (url.pathname.startsWith('/login/'))
    return Buffer.from('{"CompanyName":"Acme","Codebase":"v4_6_release/","IsCloud":false}');
  if (url.pathname.endsWith('/count')) return Buffer.from(`{"count":${rows}}`);
  const asked = url.searchParams;
  const size = Number(asked.get('pageSize') ?? 25);
  if (asked.get('orderBy') === 'id desc') return ticketsOf(page, rows, rows - size + 1, -1);
  const conditions = asked.get('conditions') ?? '';
  const before = Number(asked.get('pageId') ?? Number(asked.get('page') ?? 1) * size - size);
  const after = Number(/id > (\d+)/.exec(conditions)?.[1] ?? before);
  const until = Number(/id <= (\d+)/.exec(conditions)?.[1] ?? rows);
  return ticketsOf(page, after + 1, Math.min(after + size, until, rows), 1);
}

/** ConnectWise's own walk names where it goes on in the head of each page but the last (connectwise-api.md §4.8). */
function linkOf(target: string): string {
  const { searchParams } = new URL(target, 'https://host');
  const after = searchParams.get('pageId');
  const next = Number(after) + Number(searchParams.get('pageSize'));
  return after === null || next >= rows ? '' : `link: <https://host/?pageId=${next}>; rel="next"\r\n`;
}

const refusal = Buffer.from('{"code":"ApiFindCondition","message":"id is not a recognized name."}');

/** Where it takes no filter by id, the connector cannot begin a page after one. */
const isRefused = (target: string): boolean => values.unfilterable === true && target.includes('orderBy=');

function serve(socket: TLSSocket): void {
  let text = '';
  let page: Buffer | undefined;
  socket.setEncoding('latin1');
  socket.on('error', () => socket.destroy());
  socket.on('data', (chunk: string) => {
    text += chunk;
    const end = text.indexOf('\r\n\r\n');
    if (end < 0) return;
    const [, target = '/'] = text.split(' ', 2);
    text = text.slice(end + 4);
    const startMs = performance.now();
    const isBad = isRefused(target);
    page ??= newPage();
    const body = isBad ? refusal : answer(target, page);
    const head = `HTTP/1.1 ${isBad ? '400 Bad Request' : '200 OK'}\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n${linkOf(target)}\r\n`;
    // Making the answer is part of the time that it takes.
    const leftMs = Math.max(0, Math.ceil(delayMs - (performance.now() - startMs)));
    setTimeout(() => {
      socket.write(head, 'latin1');
      socket.write(body);
    }, leftMs);
  });
}

const certificate = selfSigned();
// As every server of HTTP does: else the end of a short answer waits 40 ms for the reader's word that it has the beginning.
const server = createServer({ ...certificate, noDelay: true }, serve);
server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : undefined;
  process.stdout.write(`${JSON.stringify({ port, certificate: certificate.cert })}\n`);
});
