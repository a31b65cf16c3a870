import { closeSync, fstatSync, ftruncateSync, openSync, readSync } from 'node:fs';

const chunkBytes = 65_536;

/**
 * Cuts off what a crash left of a last line: whatever is appended to it would be lost with it.
 * @returns how many bytes the file has then.
 */
export function keepWholeLines(file: string): number {
  const descriptor = openSync(file, 'r+');
  try {
    const { size } = fstatSync(descriptor);
    const whole = endOfLastLine(descriptor, size);
    if (whole < size) ftruncateSync(descriptor, whole);
    return whole;
  } finally {
    closeSync(descriptor);
  }
}

function endOfLastLine(descriptor: number, size: number): number {
  const chunk = Buffer.alloc(chunkBytes);
  for (let end = size; end > 0; end -= chunkBytes) {
    const start = Math.max(0, end - chunkBytes);
    const length = readSync(descriptor, chunk, 0, end - start, start);
    const last = chunk.subarray(0, length).lastIndexOf(0x0a);
    if (last >= 0) return start + last + 1;
  }
  return 0;
}
