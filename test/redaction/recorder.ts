import { subscribe } from 'node:diagnostics_channel';
import fs, { appendFileSync } from 'node:fs';
import { IncomingMessage, ServerResponse } from 'node:http';
import { syncBuiltinESMExports } from 'node:module';
import { inspect } from 'node:util';
import { gunzipSync } from 'node:zlib';

/**
 * Watches what leaves a process of the test suite, and searches it for every secret that the process has stored or read as a
 * connection: what stands in a connection is a mark from then on. Loaded before anything else (`node --import`); what it saw
 * goes line by line into the file that REDACTION_REPORT names, which cli/redaction.ts reads.
 */
type Line =
  | { readonly kind: 'mark'; readonly mark: string }
  | { readonly kind: 'sighting'; readonly channel: string; readonly where: string }
  | { readonly kind: 'searched'; readonly bytes: Readonly<Record<string, number>> };

const report = process.env['REDACTION_REPORT'];
const marks = new Set<string>();
const searched: Record<string, number> = {};
/** A key that is shorter could stand in anything. */
const leastLength = 8;
/** Histories of chaos make a connection each: their keys are looked for as long as somebody could still hold them. */
const mostMarks = 100;

let isTelling = false;

function tell(line: Line): void {
  if (report === undefined) return;
  isTelling = true;
  appendFileSync(report, `${JSON.stringify(line)}\n`);
  isTelling = false;
}

/** Tells how much was searched since the last time. */
function tellSearched(): void {
  tell({ kind: 'searched', bytes: searched });
  for (const channel of Object.keys(searched)) delete searched[channel];
}

function search(channel: string, content: string | Uint8Array): void {
  if (isTelling) return;
  const bytes = unpacked(typeof content === 'string' ? Buffer.from(content) : Buffer.from(content));
  searched[channel] = (searched[channel] ?? 0) + bytes.byteLength;
  for (const mark of marks) {
    const at = bytes.indexOf(mark);
    if (at < 0) continue;
    const where = bytes.toString('latin1', Math.max(0, at - 120), at + mark.length + 60);
    tell({ kind: 'sighting', channel, where: where.replaceAll(mark, '<MARK>') });
  }
}

/** Claims and files of pulls are gzip. */
function unpacked(bytes: Buffer): Buffer {
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return bytes;
  try {
    return gunzipSync(bytes);
  } catch {
    return bytes;
  }
}

/** What a call or an answer of Secrets Manager holds as the text of a connection. */
function learn(body: string): void {
  const text = memberOf(parse(body), 'SecretString');
  const secret = typeof text === 'string' ? parse(text) : undefined;
  const [username, password] = [memberOf(secret, 'username'), memberOf(secret, 'password')];
  if (typeof username !== 'string' || typeof password !== 'string' || password.length < leastLength) return;
  for (const mark of [password, Buffer.from(`${username}:${password}`).toString('base64')]) {
    if (marks.has(mark)) continue;
    marks.add(mark);
    tell({ kind: 'mark', mark });
    const [oldest] = marks;
    if (marks.size > mostMarks && oldest !== undefined) marks.delete(oldest);
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const memberOf = (value: unknown, name: string): unknown =>
  typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;

/** Calls `note` before a function of `owner`, wherever it is called from. */
function watch(owner: object, name: string, note: (self: unknown, parts: readonly unknown[]) => void): void {
  const original: unknown = Reflect.get(owner, name);
  if (typeof original !== 'function') throw new Error(`There is no function ${name} to watch.`);
  const apply = (target: typeof original, self: unknown, parts: unknown[]): unknown => {
    note(self, parts);
    return Reflect.apply(target, self, parts);
  };
  Reflect.set(owner, name, new Proxy(original, { apply }));
}

const isContent = (part: unknown): part is string | Uint8Array =>
  typeof part === 'string' || part instanceof Uint8Array;

const serviceOf = ({ headers }: IncomingMessage): string =>
  String(headers['x-amz-target'] ?? (headers['x-amz-content-sha256'] ? 's3' : 'http')).split('.')[0] ?? '';

const names: Readonly<Record<string, string>> = {
  AmazonSQS: 'messages of queues',
  DynamoDB_20120810: 'items of the table',
  s3: 'objects',
  http: 'requests by HTTP',
};

/** What servers are sent, whole: the emulators of AWS, the front of the API, the simulator. */
function watchRequests(): void {
  const bodies = new WeakMap<IncomingMessage, Buffer[]>();
  watch(IncomingMessage.prototype, 'push', (self, [chunk]) => {
    // Without a method it is an answer, to a client of ours: it was seen where it was sent.
    if (!(self instanceof IncomingMessage) || !self.method) return;
    const chunks = bodies.get(self) ?? [];
    bodies.set(self, chunks);
    if (isContent(chunk)) return void chunks.push(Buffer.from(chunk));
    const body = Buffer.concat(chunks);
    const service = serviceOf(self);
    if (service === 'secretsmanager') learn(body.toString());
    else search(names[service] ?? service, body);
  });
}

/** What servers answer, but for Secrets Manager, whose answers are the secrets. */
function watchAnswers(): void {
  for (const name of ['write', 'end'])
    watch(ServerResponse.prototype, name, (self, [chunk]) => {
      if (!(self instanceof ServerResponse) || !isContent(chunk)) return;
      if (serviceOf(self.req) !== 'secretsmanager') search('answers by HTTP', chunk);
    });
}

function watchFiles(): void {
  for (const name of ['writeFileSync', 'appendFileSync', 'writeSync'])
    watch(fs, name, (_, [, content]) => isContent(content) && search('files', content));
  for (const name of ['writeFile', 'appendFile'])
    watch(fs.promises, name, (_, [, content]) => isContent(content) && search('files', content));
  watch(fs.WriteStream.prototype, 'write', (_, [content]) => isContent(content) && search('files', content));
  // So that `import { writeFileSync }` finds the watched one.
  syncBuiltinESMExports();
}

function watchOutput(): void {
  for (const stream of [process.stdout, process.stderr])
    watch(stream, 'write', (_, [content]) => isContent(content) && search('output', content));
}

/** The console of a test: vitest puts its own there, which does not come by the streams of this process. */
function watchConsole(): void {
  for (const name of ['log', 'info', 'warn', 'error', 'debug'])
    watch(console, name, (_, parts) =>
      search(
        'output',
        parts.map((part) => (typeof part === 'string' ? part : inspect(part, { depth: 20 }))).join(' '),
      ),
    );
}

if (report !== undefined) {
  watchRequests();
  watchAnswers();
  watchFiles();
  watchOutput();
  process.on('exit', tellSearched);
  subscribe('redaction', (message) => (message === 'file begins' ? watchConsole() : tellSearched()));
}
