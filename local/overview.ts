import { ListSecretsCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { GetQueueAttributesCommand, SQSClient, StartMessageMoveTaskCommand } from '@aws-sdk/client-sqs';
import type { Governed, Overview, QueueCounts, ScheduleState } from '../console/overview.ts';
import { createTable } from '../lib/clients/table.ts';
import { governorStateSchema, restingOf, sumsOf } from '../lib/governor/state.ts';
import { ratePerMinute } from '../lib/governor/tally.ts';
import { createPullReader } from './pull-states.ts';
import { createContentsReader } from './queue-contents.ts';
import { queueArn, queueNameIn } from './queues.ts';
import type { RecentResults } from './recent-results.ts';
import { connectionOf } from './schedule.ts';
import type { ClientConfig, LocalStack, TimedSchedule } from './stack.ts';

export interface OverviewSource {
  /** @param after the number of the last result that the caller has. */
  read(after: number): Promise<Overview>;
  /** Sends every dead letter back to the invocation queue. */
  redrive(): Promise<void>;
  /** Sends one of them back, by its message id. @returns false where it is not there, or somebody has it just now. */
  redriveOne(messageId: string): boolean;
  close(): void;
}

const minuteMs = 60_000;

/**
 * What the console shows of a stack while it works, read by the calls that AWS answers too: the queues' counts, the
 * governor's items, the names of the connections. Results are handed in.
 */
export function createOverviewSource(
  stack: LocalStack,
  results: RecentResults,
  now: () => number,
): OverviewSource {
  const sqs = new SQSClient(stack.client);
  const secrets = new SecretsManagerClient(stack.client);
  const governed = createGovernedReader(stack.client, output(stack, 'StateTableName'), now);
  const [work, dead] = [stack.queue('InvocationsQueue'), stack.queue('InvocationsDeadLetters')];
  const contents = createContentsReader(work, dead);
  const pulling = createPullReader(stack, output(stack, 'StateTableName'), now);
  const queues = {
    invocations: output(stack, 'InvocationQueueUrl'),
    deadLetters: output(stack, 'DeadLetterQueueUrl'),
    results: output(stack, 'ResultQueueUrl'),
  };
  return {
    read: async (after) => {
      const names = await connectionNames(secrets, output(stack, 'ConnectionPrefix'));
      const [invocations, deadLetters, waitingResults, governors, pulls] = await Promise.all([
        countsOf(sqs, queues.invocations),
        countsOf(sqs, queues.deadLetters),
        countsOf(sqs, queues.results),
        Promise.all(names.map(governed)),
        pulling(),
      ]);
      return {
        atMs: now(),
        places: { apiUrl: stack.apiUrl, queueUrl: queues.invocations, environment: stack.environment },
        connections: names,
        queues: { invocations, deadLetters, results: waitingResults },
        ...contents(),
        governors: governors.flatMap((state) => state ?? []),
        ...pulls,
        schedules: stack.schedules().map(scheduleState),
        results: { total: results.total, recent: results.after(after) },
      };
    },
    redrive: async () => {
      const arnOf = (url: string) => queueArn(queueNameIn(url));
      const [SourceArn, DestinationArn] = [arnOf(queues.deadLetters), arnOf(queues.invocations)];
      await sqs.send(new StartMessageMoveTaskCommand({ SourceArn, DestinationArn }));
    },
    redriveOne: (messageId) => {
      const [letter] = dead.release(new Set([messageId]));
      if (letter) work.send({ ...letter, delaySeconds: 0 });
      return letter !== undefined;
    },
    close: () => {
      sqs.destroy();
      secrets.destroy();
    },
  };
}

function output({ outputs }: LocalStack, name: string): string {
  const value = outputs[name];
  if (value === undefined) throw new Error(`The template has no output ${name}, which the console needs.`);
  return value;
}

function scheduleState(schedule: TimedSchedule): ScheduleState {
  const { name, expression, timeZone, isEnabled, nextAtMs } = schedule;
  return {
    name,
    connection: connectionOf(schedule),
    expression,
    timeZone,
    isPaused: !isEnabled,
    ...(nextAtMs !== undefined && { nextAtMs }),
  };
}

async function countsOf(sqs: SQSClient, QueueUrl: string): Promise<QueueCounts> {
  const { Attributes = {} } = await sqs.send(
    new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['All'] }),
  );
  const attributes = new Map(Object.entries(Attributes));
  const count = (name: string) => Number(attributes.get(name) ?? 0);
  return {
    waiting: count('ApproximateNumberOfMessages'),
    inFlight: count('ApproximateNumberOfMessagesNotVisible'),
    delayed: count('ApproximateNumberOfMessagesDelayed'),
  };
}

async function connectionNames(secrets: SecretsManagerClient, prefix: string): Promise<readonly string[]> {
  const { SecretList = [] } = await secrets.send(new ListSecretsCommand({}));
  return SecretList.flatMap(({ Name = '' }) => (Name.startsWith(prefix) ? [Name.slice(prefix.length)] : []));
}

/** What the governor's item of a connection says; nothing while the connection was never used. */
function createGovernedReader(client: ClientConfig, tableName: string, now: () => number) {
  const store = createTable(
    tableName,
    client,
    now,
  )({ prefix: 'governor/', schema: governorStateSchema, keptSeconds: 0 });
  return async (connection: string): Promise<Governed | undefined> => {
    const found = await store.look(connection);
    if (!found?.value) return undefined;
    const { limit } = found.value;
    return {
      connection,
      perMinute: limit.perMinute,
      safePerMinute: limit.safePerMinute,
      wallPerMinute: limit.wallPerMinute,
      answeredPerMinute: ratePerMinute(limit.answered, minuteMs, now()),
      usualLatencyMs: limit.latency.usualMs,
      blockedUntilMs: limit.blockedUntilMs,
      resting: Math.round(restingOf(found.value, sumsOf(found.counts))),
    };
  };
}
