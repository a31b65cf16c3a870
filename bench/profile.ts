import { existsSync, readFileSync } from 'node:fs';
import { SourceMap } from 'node:module';
import { dirname, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as z from 'zod/mini';

/**
 * `node bench/profile.ts FILE…` prints the top of what `node --cpu-prof` or `--heap-prof` wrote, as text: bench/profiles holds what
 * it printed. The places of a bundle are told by the map beside it.
 */
const callFrame = z.object({
  functionName: z.string(),
  url: z.string(),
  lineNumber: z.number(),
  columnNumber: z.number(),
});
const cpuSchema = z.object({
  nodes: z.array(z.object({ id: z.number(), callFrame })),
  samples: z.array(z.number()),
  timeDeltas: z.array(z.number()),
});
/** A node's children are parsed when their turn comes: stacks are too deep to be followed by calls. */
const heapNode = z.object({ callFrame, selfSize: z.number(), children: z.array(z.unknown()) });
const heapSchema = z.object({ head: heapNode });

export type CpuProfile = z.infer<typeof cpuSchema>;

/** A share of a profile: microseconds or bytes that were spent in the place itself, not in what it called. */
interface Share {
  readonly place: string;
  readonly file: string;
  readonly self: number;
}

const root = fileURLToPath(new URL('..', import.meta.url));

/** Node's own words for what is no function: garbage collection, native code, waiting. */
const notWork = ['(root)', '(idle)'];

function sharesOfCpu({ nodes, samples, timeDeltas }: CpuProfile): Share[] {
  const frames = new Map(nodes.map((node) => [node.id, node.callFrame]));
  return samples.flatMap((id, place) => {
    const frame = frames.get(id);
    return frame ? [shareOf(frame, timeDeltas[place] ?? 0)] : [];
  });
}

function sharesOfHeap(head: z.infer<typeof heapNode>): Share[] {
  const shares: Share[] = [];
  const left: unknown[] = [head];
  while (left.length > 0) {
    const { callFrame: frame, selfSize, children } = heapNode.parse(left.pop());
    shares.push(shareOf(frame, selfSize));
    left.push(...children);
  }
  return shares;
}

function shareOf({ functionName, url, ...at }: z.infer<typeof callFrame>, self: number): Share {
  const { path, line } = originOf(url, at);
  const name = functionName || '(anonymous)';
  // By the end of its path a package is the same wherever it lies, also within another's.
  const file = /.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path)?.[1] ?? path;
  return { place: file === '' ? name : `${name} ${file}:${line}`, file, self };
}

const maps = new Map<string, SourceMap | undefined>();

/** Where a place was written, with its path from the project's root; the path is empty for what has none. */
function originOf(
  url: string,
  { lineNumber, columnNumber }: { readonly lineNumber: number; readonly columnNumber: number },
): { readonly path: string; readonly line: number } {
  const own = { path: url, line: lineNumber + 1 };
  if (!url.startsWith('file:')) return own;
  const file = fileURLToPath(url);
  if (!maps.has(file)) maps.set(file, readMap(`${file}.map`));
  const entry = maps.get(file)?.findEntry(lineNumber, columnNumber);
  return entry && 'originalSource' in entry
    ? { path: relative(root, resolve(dirname(file), entry.originalSource)), line: entry.originalLine + 1 }
    : { ...own, path: relative(root, file) };
}

const readMap = (file: string): SourceMap | undefined =>
  existsSync(file) ? new SourceMap(JSON.parse(readFileSync(file, 'utf8'))) : undefined;

/** `lib`, `local`, a package, or what node itself did. */
function roomOf(file: string, place: string): string {
  if (file === '') return place;
  if (file.startsWith('node:')) return 'node itself';
  return file.includes('/') && !file.startsWith('@') ? (file.split('/')[0] ?? file) : file;
}

function sumBy(shares: readonly Share[], keyOf: (share: Share) => string): Map<string, number> {
  const sums = new Map<string, number>();
  for (const share of shares) sums.set(keyOf(share), (sums.get(keyOf(share)) ?? 0) + share.self);
  return new Map([...sums].toSorted(([, one], [, other]) => other - one));
}

/** Where the time of a CPU profile went, by room or package, in microseconds and without waiting. */
export function timeByRoom(profile: CpuProfile): ReadonlyMap<string, number> {
  const work = sharesOfCpu(profile).filter(({ place }) => !notWork.includes(place));
  return sumBy(work, ({ file, place }) => roomOf(file, place));
}

/** The summary of a profile: the total, then the top by room, by file and by function. */
function summaryOf(shares: readonly Share[], unit: 'ms' | 'KB'): string {
  const work = shares.filter(({ place }) => !notWork.includes(place));
  const total = work.reduce((sum, { self }) => sum + self, 0);
  const size = (self: number) => `${(self / (unit === 'ms' ? 1_000 : 1_024)).toFixed(1).padStart(9)} ${unit}`;
  const table = (title: string, keyOf: (share: Share) => string, count: number) => [
    '',
    title,
    ...[...sumBy(work, keyOf)]
      .slice(0, count)
      .map(([name, self]) => `${size(self)} ${((100 * self) / total).toFixed(1).padStart(5)} %  ${name}`),
  ];
  return [
    `${size(total).trim()} in all; a place's own, without what it called:`,
    ...table('by room or package', ({ file, place }) => roomOf(file, place), 15),
    ...table('by file', ({ file, place }) => file || place, 25),
    ...table('by function', ({ place }) => place, 40),
  ].join('\n');
}

/** The text of a profile's file. @throws where it is neither kind. */
export function summarise(file: string): string {
  const value: unknown = JSON.parse(readFileSync(file, 'utf8'));
  const heap = heapSchema.safeParse(value);
  if (heap.success) return summaryOf(sharesOfHeap(heap.data.head), 'KB');
  return summaryOf(sharesOfCpu(cpuSchema.parse(value)), 'ms');
}

if (import.meta.main) for (const file of process.argv.slice(2)) console.log(summarise(file));
