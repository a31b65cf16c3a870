import type { Context } from 'aws-lambda';

let calls = 0;

/** Does what it is told to. */
export async function handler(event: { readonly act: string }, context: Context): Promise<unknown> {
  calls += 1;
  switch (event.act) {
    case 'throw':
      throw new TypeError('not like this');
    case 'hang':
      return new Promise(() => undefined);
    case 'tick':
      setInterval(() => console.log('tick'), 5);
      return new Promise(() => undefined);
    case 'loop':
      for (;;);
    case 'exit':
      return process.exit(7);
    case 'reject':
      void Promise.reject(new Error('nobody listens'));
      return new Promise(() => undefined);
    case 'fill': {
      const kept: string[][] = [];
      for (;;) kept.push(Array.from({ length: 100_000 }, (_, index) => `${index}`));
    }
    case 'large':
      return 'x'.repeat(7_000_000);
    case 'print':
      console.info({ event: 'printed', value: 1 });
      console.error('plain', 2);
      return null;
    case 'undefined':
      return undefined;
    case 'date':
      return { date: new Date(0), gone: undefined };
    case 'environment':
      return process.env;
    case 'context':
      return { ...context, remainingMs: context.getRemainingTimeInMillis() };
    default:
      return { calls };
  }
}
