/** Memory for the bodies of pages, taken again and again. */
export interface Buffers {
  /** Memory of exactly that length, with whatever was in it before. */
  take(length: number): Buffer<ArrayBuffer>;
  /** Takes memory back, whose reader is through with it: whoever still looks into it finds it empty, not another page. */
  giveBack(buffer: Buffer<ArrayBuffer>): void;
}

/** Shorter bodies cost the collector next to nothing. */
const leastBytes = 65_536;
/** Longer ones are rare, and would be held for as long as the worker lives. */
const mostBytes = 4 * 1_048_576;
/** Pages of one pull differ a little in length, and should do for each other. */
const stepBytes = 262_144;
/** A pull has ten pages on their way and some that are being sent. */
const mostKept = 10;

/**
 * Buffers lie outside V8's heap, and for some 20 MB of new ones it marks all of the heap on every thread that it has: a third of what
 * a page costs (bench/profiles/pull.txt). So the pages of a pull take turns in the same few.
 */
export function createBuffers(): Buffers {
  const kept: ArrayBuffer[] = [];
  return {
    take: (length) => {
      if (length < leastBytes || length > mostBytes) return Buffer.allocUnsafeSlow(length);
      const place = kept.findIndex(({ byteLength }) => byteLength >= length);
      const [found] = place < 0 ? [] : kept.splice(place, 1);
      return Buffer.from(found ?? new ArrayBuffer(Math.ceil(length / stepBytes) * stepBytes), 0, length);
    },
    giveBack: ({ buffer, length }) => {
      if (length < leastBytes || length > mostBytes) return;
      // All are too short for what comes now.
      if (kept.length === mostKept) kept.shift();
      // The old buffer is cut off from its memory, which costs nothing.
      kept.push(buffer.transfer());
    },
  };
}
