import type { Operation } from '../../lib/catalogue/operation.ts';
import type { Call } from '../call.ts';
import type { World } from '../world.ts';
import { delay } from './lag.ts';
import { enter, type Write } from './ledger.ts';

/** The world as one call writes to it: `member` is who writes, `operation` by what. */
export interface Writer extends World {
  readonly operation: Operation;
}

export function writerOf(call: Call, world: World): Writer {
  return { ...world, operation: call.operation, member: call.member ?? world.member };
}

/** Enters a write into the ledger and tells whoever observes the world. */
export function announce(write: Omit<Write, 'operation' | 'member'>, writer: Writer): void {
  const whole: Write = { ...write, operation: writer.operation.operationId, member: writer.member };
  enter({ write: whole, timeMs: writer.now().getTime() }, writer.ledger);
  delay(whole, writer);
  writer.onWrite?.(whole);
}
