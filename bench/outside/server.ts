import { createHash } from 'node:crypto';
import { createServer, type Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import { selfSigned } from '../../simulator/certificate.ts';
import { cannedTicket } from '../canned-ticket.ts';
import { account } from './account.ts';
import { type Item, type ItemUpdate, isAllowed, updated } from './item-update.ts';
import { learnt } from './learnt.ts';
import type { Counted, Delays, Listening } from './outside.ts';

/**
 * ConnectWise and AWS that cost next to nothing: raw sockets, canned bytes and a wait. It runs in a process of its own, prints
 * where it listens as JSON, and tells what was asked of it at `GET /counted`, which begins the count anew.
 */
const delays: Delays = JSON.parse(process.argv[2] ?? '{}');

/** A ticket of 2 KB, as ConnectWise answers one (performance.md §1a). */
const ticket = (id: number): string => JSON.stringify({ id, ...cannedTicket(25) });
const canned = ticket(42);

/** What the table holds, by key, as the governor writes it. */
const items = new Map<string, Item>([
  ['governor/acme', { version: { N: '1' }, value: { S: JSON.stringify(learnt(6_000)) } }],
]);
let counted: Counted = { targets: {}, sends: [] };
let countedFromMs = performance.now();

interface Answer {
  readonly status?: number;
  readonly text: string;
  readonly delayMs: number;
}

/** What each call of AWS answers; all others are not known here. */
const aws: Readonly<Record<string, (body: string) => Answer>> = {
  'AmazonSQS.SendMessageBatch': (body) => {
    const { Entries }: { Entries: { Id: string; MessageBody: string }[] } = JSON.parse(body);
    const atMs = performance.now() - countedFromMs;
    counted = { ...counted, sends: [...counted.sends, { atMs, messages: Entries.length }] };
    const Successful = Entries.map(({ Id, MessageBody }) => ({ Id, ...taken(MessageBody) }));
    return { text: JSON.stringify({ Successful }), delayMs: delays.sqsMs };
  },
  'AmazonSQS.SendMessage': (body) => {
    const { MessageBody }: { MessageBody: string } = JSON.parse(body);
    return { text: JSON.stringify(taken(MessageBody)), delayMs: delays.sqsMs };
  },
  'DynamoDB_20120810.GetItem': (body) => {
    const { Key }: { Key: { id: { S: string } } } = JSON.parse(body);
    return { text: JSON.stringify({ Item: items.get(Key.id.S) }), delayMs: delays.tableMs };
  },
  'DynamoDB_20120810.UpdateItem': (body) => {
    const update: ItemUpdate = JSON.parse(body);
    const item = items.get(update.Key.id.S) ?? update.Key;
    if (!isAllowed(item, update)) return refused(item);
    const Attributes = updated(item, update);
    items.set(update.Key.id.S, Attributes);
    return { text: JSON.stringify({ Attributes }), delayMs: delays.tableMs };
  },
  'secretsmanager.GetSecretValue': () => {
    const secret = { siteUrl: site, ...account };
    return { text: JSON.stringify({ SecretString: JSON.stringify(secret) }), delayMs: delays.tableMs };
  },
};

function refused(Item: Item): Answer {
  const __type = 'com.amazonaws.dynamodb.v20120810#ConditionalCheckFailedException';
  return { status: 400, text: JSON.stringify({ __type, Item }), delayMs: delays.tableMs };
}

/** The SDK compares the sum with its own. */
const taken = (body: string) => ({
  MessageId: '00000000-0000-4000-8000-000000000000',
  MD5OfMessageBody: createHash('md5').update(body).digest('hex'),
});

/** Ticket 999 is the slow one. */
function manage(path: string): Answer {
  if (path.startsWith('/login/'))
    return {
      text: '{"CompanyName":"Acme","Codebase":"v4_6_release/","IsCloud":false}',
      delayMs: delays.manageMs,
    };
  return { text: canned, delayMs: path.endsWith('/999') ? delays.slowMs : delays.manageMs };
}

function answer(head: string, body: string): Answer {
  const [, path = ''] = head.split(' ', 2);
  if (path === '/counted') {
    const text = JSON.stringify(counted);
    counted = { targets: {}, sends: [] };
    countedFromMs = performance.now();
    return { text, delayMs: 0 };
  }
  const target = /^x-amz-target: *(.+)$/im.exec(head)?.[1] ?? 'ConnectWise';
  counted = { ...counted, targets: { ...counted.targets, [target]: (counted.targets[target] ?? 0) + 1 } };
  return target === 'ConnectWise'
    ? manage(path)
    : (aws[target]?.(body) ?? { status: 400, text: '{}', delayMs: 0 });
}

/** One call after another on a socket, as HTTP/1.1 clients send them. */
function serve(socket: Socket): void {
  let bytes: Buffer = Buffer.alloc(0);
  socket.on('error', () => socket.destroy());
  socket.setNoDelay(true);
  socket.on('data', (chunk: Buffer) => {
    bytes = bytes.length === 0 ? chunk : Buffer.concat([bytes, chunk]);
    const end = bytes.indexOf('\r\n\r\n');
    if (end < 0) return;
    const head = bytes.toString('latin1', 0, end);
    const length = Number(/^content-length: *(\d+)/im.exec(head)?.[1] ?? 0);
    if (bytes.length < end + 4 + length) return;
    const { status = 200, text, delayMs } = answer(head, bytes.toString('utf8', end + 4, end + 4 + length));
    bytes = bytes.subarray(end + 4 + length);
    const type = /^x-amz-target/im.test(head) ? 'application/x-amz-json-1.0' : 'application/json';
    const lines = `HTTP/1.1 ${status} OK\r\ncontent-type: ${type}\r\ncontent-length: ${Buffer.byteLength(text)}\r\n\r\n`;
    const write = () => socket.write(lines + text);
    if (delayMs > 0) setTimeout(write, delayMs);
    else write();
  });
}

const certificate = selfSigned();
const plain = createServer(serve).listen(0, '127.0.0.1');
const secure = createTlsServer(certificate, serve).listen(0, '127.0.0.1');
const portOf = (address: ReturnType<typeof plain.address>) =>
  typeof address === 'object' ? (address?.port ?? 0) : 0;
await Promise.all([plain, secure].map((server) => new Promise((ready) => server.once('listening', ready))));
const site = `https://127.0.0.1:${portOf(secure.address())}`;
const listening: Listening = {
  awsEndpoint: `http://127.0.0.1:${portOf(plain.address())}`,
  siteUrl: site,
  certificate: certificate.cert,
};
process.stdout.write(`${JSON.stringify(listening)}\n`);
