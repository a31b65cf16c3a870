import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import * as z from 'zod/mini';
import { explain } from '../lib/explanation.ts';
import type { Connector } from './connector.ts';

const whereaboutsSchema = z.strictObject({
  version: z.literal(1),
  /** Of the process that runs the stack: where it is gone, so is the stack. */
  pid: z.int(),
  apiUrl: z.string(),
  aws: z.strictObject({
    endpoint: z.string(),
    region: z.string(),
    /** The SDK adds marks of its own to the keys that it is given: they are left out. */
    credentials: z.object({ accessKeyId: z.string(), secretAccessKey: z.string() }),
  }),
  /** The stack's outputs by name, as a deployed stack has them. */
  outputs: z.record(z.string(), z.string()),
  /** Origins that connections may lead to besides ConnectWise's cloud: the simulator. */
  allowedHosts: z.array(z.string()),
  /** The file that the functions print to. */
  log: z.string(),
});

/** Where the local stack is, for whoever wants to talk to it from another process. Its keys open nothing. */
export type Whereabouts = z.infer<typeof whereaboutsSchema>;

/** Of a connector that this process runs. @param log the file that its functions print to. */
export const whereaboutsOf = ({ stack, simulator }: Connector, log: string): Whereabouts => ({
  version: 1,
  pid: process.pid,
  apiUrl: stack.apiUrl,
  aws: stack.client,
  outputs: { ...stack.outputs },
  allowedHosts: [new URL(simulator.url).origin],
  log,
});

/** Whoever reads the file at the same moment gets all of it or nothing. */
export function writeWhereabouts(file: string, whereabouts: Whereabouts): void {
  mkdirSync(dirname(file), { recursive: true });
  const unfinished = `${file}.${process.pid}`;
  writeFileSync(unfinished, `${JSON.stringify(whereaboutsSchema.parse(whereabouts), null, 2)}\n`);
  renameSync(unfinished, file);
}

export const removeWhereabouts = (file: string): void => rmSync(file, { force: true });

/**
 * @returns undefined where no stack runs: no file, or one whose process is gone.
 * @throws Error with a sentence where the file is not what this version writes.
 */
export function readWhereabouts(file: string): Whereabouts | undefined {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
  const parsed = whereaboutsSchema.safeParse(jsonOf(text));
  if (parsed.success) return isAlive(parsed.data.pid) ? parsed.data : undefined;
  const why = explain(parsed.error, jsonOf(text), Object.keys(whereaboutsSchema.shape));
  throw new Error(`${file} does not say where the local stack is: ${why} Start it again with npm start.`);
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Signal 0 only asks; a process of somebody else refuses it, and so is alive. */
function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
