import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { SQSEvent } from 'aws-lambda';
import { accessKey, region } from '../../local/region.ts';
import { queueUrl } from '../../local/sqs.ts';
import type { Work } from './killed-worker.ts';
import { prefix, queueNames, type Stage, stateTable } from './stage.ts';

/** Workers that are processes of their own. */
export interface Processes {
  /** Has a worker answer, one and the same each time. @returns its answer as JSON. */
  run(event: SQSEvent): Promise<string>;
  /** Gives a new worker its first batch and kills it after so long. @returns undefined where it had not answered by then. */
  runAndKill(event: SQSEvent, afterMs: number): Promise<string | undefined>;
  close(): Promise<void>;
}

/** A process that does not start, or does not answer, is a fault of the harness. */
const fatalMs = 30_000;

export function startProcesses(stage: Stage, taskRoot: string): Processes {
  const boot = () => started(stage, taskRoot);
  const survivor = boot();
  /** Starting one takes longer than all that it does. */
  let spare = boot();
  return {
    run: async (event) => JSON.stringify(await answerOf(await survivor, event, stage)),
    runAndKill: async (event, afterMs) => {
      const process = await spare;
      spare = boot();
      const answer = answerOf(process, event, stage);
      const first = await Promise.race([answer, setTimeout(afterMs)]);
      // Nobody waits for a killed one's answer any more.
      answer.catch(() => undefined);
      await ended(process);
      return first === undefined ? undefined : JSON.stringify(first);
    },
    close: async () => {
      for (const process of await Promise.all([survivor, spare])) await ended(process);
    },
  };
}

interface Process {
  readonly child: ChildProcess;
  /** Aborted when it has ended: nobody waits for a word of it then. */
  readonly gone: AbortSignal;
}

async function started(stage: Stage, taskRoot: string): Promise<Process> {
  const child = fork(fileURLToPath(new URL('killed-worker.ts', import.meta.url)), {
    env: { ...process.env, ...environment(stage, taskRoot) },
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    execArgv: [],
  });
  const ending = new AbortController();
  child.once('exit', () => ending.abort());
  const started = { child, gone: ending.signal };
  await nextMessage(started);
  return started;
}

async function answerOf(process: Process, event: SQSEvent, { clock }: Stage): Promise<unknown> {
  const answer = nextMessage(process);
  const work: Work = { event, nowMs: clock.nowMs };
  process.child.send(work);
  return answer;
}

async function nextMessage({ child, gone }: Process): Promise<unknown> {
  const signal = AbortSignal.any([gone, AbortSignal.timeout(fatalMs)]);
  const [message] = await once(child, 'message', { signal });
  return message;
}

async function ended({ child }: Process): Promise<void> {
  const exit = once(child, 'exit');
  child.kill('SIGKILL');
  await exit;
}

const environment = ({ gateway, simulator }: Stage, taskRoot: string) => ({
  AWS_ENDPOINT_URL: gateway.endpoint,
  AWS_REGION: region,
  AWS_ACCESS_KEY_ID: accessKey.accessKeyId,
  AWS_SECRET_ACCESS_KEY: accessKey.secretAccessKey,
  LAMBDA_TASK_ROOT: taskRoot,
  INVOCATION_QUEUE_URL: queueUrl(gateway.endpoint, queueNames.invocations),
  RESULT_QUEUE_URL: queueUrl(gateway.endpoint, queueNames.results),
  DEAD_LETTER_QUEUE_URL: queueUrl(gateway.endpoint, queueNames.deadLetters),
  CLAIMS_BUCKET: 'claims',
  STATE_TABLE: stateTable.name,
  CONNECTION_PREFIX: prefix,
  ALLOWED_HOSTS: simulator.url,
});
