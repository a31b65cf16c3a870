import { ofConnection, problemIn } from '../api.ts';
import { isLocal, messageOf, runByApi, type Stage } from './stage.ts';
import type { Step, Verdict } from './step.ts';

const patienceMs = 30_000;

/** What every stack tells of itself (docs/deploying.md, "Deploy"). */
const outputs = [
  'ApiUrl',
  'InvocationQueueUrl',
  'DeadLetterQueueUrl',
  'ResultQueueUrl',
  'ClaimsBucketName',
  'StateTableName',
  'ConnectionPrefix',
];

const deploys: Step = {
  title: 'It deploys.',
  run: async ({ place }) => {
    const missing = outputs.filter((name) => place.outputs[name] === undefined);
    if (missing.length > 0) return { failed: `The stack has no output ${missing.join(', ')}.` };
    const reply = await place.api.call('GET', '/operations', { query: { search: 'tickets', limit: '1' } });
    if (reply.status !== 200) return { failed: problemIn(reply).detail };
    return { passed: `${place.api.url} shows the catalogue.` };
  },
};

const unsigned: Step = {
  title: 'Nobody comes in unsigned.',
  run: async (stage) => {
    if (isLocal(stage)) return { skipped: 'One machine has no authoriser.' };
    const guarded = [
      ['GET', '/operations'],
      ['POST', ofConnection(stage.connection, '/invocations')],
      ['GET', '/operations/getSystemInfo'],
      ['GET', '/openapi.json'],
    ] as const;
    const answers: string[] = [];
    for (const [method, path] of guarded) {
      const { status } = await bare(stage, method, path);
      if (status !== 401 && status !== 403)
        return { failed: `${method} ${path} answers ${status} to a call without credentials.` };
      answers.push(String(status));
    }
    const { status } = await bare(stage, 'GET', '/nowhere');
    if (status !== 404) return { failed: `A path that is not there answers ${status} in place of 404.` };
    return { passed: `Calls without credentials are answered ${answers.join(', ')}.` };
  },
};

const bare = ({ place }: Stage, method: string, path: string, body?: string): Promise<Response> =>
  fetch(`${place.api.url.replace(/\/$/, '')}${path}`, {
    method,
    ...(body !== undefined && { body }),
    redirect: 'manual',
    signal: AbortSignal.timeout(patienceMs),
  });

const slash: Step = {
  title: 'A slash in an id survives.',
  run: async ({ place }) => {
    const reply = await place.api.call('GET', `/operations/${encodeURIComponent('GET /system/info')}`);
    return reply.status === 200
      ? { passed: 'GET%20%2Fsystem%2Finfo is found.' }
      : { failed: `GET%20%2Fsystem%2Finfo: ${problemIn(reply).detail}` };
  },
};

const invokes: Step = {
  title: 'The API reaches ConnectWise.',
  run: async (stage) => {
    const result = await runByApi(stage, messageOf(stage, 'api', { operationId: 'getSystemInfo' }));
    if (!result.succeeded) return { failed: result.failure?.message ?? 'The invocation failed.' };
    return { passed: `getSystemInfo was answered ${result.responseCode}.` };
  },
};

const claims: Step = {
  title: 'A claim can be followed.',
  run: async (stage) => {
    const result = await runByApi(stage, messageOf(stage, 'api-claim', largeRead));
    if (!result.succeeded) return { failed: result.failure?.message ?? 'The invocation failed.' };
    if (!result.claim) return tooSmall;
    const { url } = result.claim;
    if (url === undefined) return { failed: 'The claim has no link.' };
    await stage.readClaim(result.claim);
    const forged = await fetch(otherSignature(url), { signal: AbortSignal.timeout(patienceMs) });
    if (forged.status !== 403) return { failed: `A link with another signature answers ${forged.status}.` };
    return { passed: `${result.claim.bytes} bytes, and 403 with another signature.` };
  },
};

/** Companies are the largest records that every tenant has. */
export const largeRead = { operationId: 'getCompanyCompanies', inputs: { pageSize: 1000 } };

export const tooSmall: Verdict = {
  skipped: 'A thousand companies of this tenant fit into an answer: nothing was claimed.',
};

function otherSignature(url: string): string {
  const changed = new URL(url);
  const signature = changed.searchParams.get('X-Amz-Signature') ?? '';
  changed.searchParams.set(
    'X-Amz-Signature',
    signature.replace(/^./, (first) => (first === '0' ? '1' : '0')),
  );
  return changed.href;
}

/** Ten at once are let through, and five a second after them (infra/connector-api.ts). */
const manyCalls = 40;

const throttled: Step = {
  title: 'Rare calls are throttled more.',
  run: async (stage) => {
    if (isLocal(stage)) return { skipped: 'One machine has no throttle.' };
    const calls = Array.from({ length: manyCalls }, () => stage.place.api.call('GET', '/openapi.json'));
    const statuses = (await Promise.all(calls)).map(({ status }) => status);
    const counts = [...Map.groupBy(statuses, (status) => status)].map(
      ([status, { length }]) => `${length} × ${status}`,
    );
    const isThrottled = statuses.includes(429) && statuses.includes(200);
    return isThrottled
      ? { passed: `${manyCalls} calls at once: ${counts.join(', ')}.` }
      : { failed: `${manyCalls} calls at once: ${counts.join(', ')}. Some should be 200 and some 429.` };
  },
};

const page: Step = {
  title: 'Nobody sees the page without a token.',
  run: async (stage) => {
    if (stage.place.outputs['ConsoleUrl'] === undefined) return { skipped: 'No console is deployed.' };
    if (isLocal(stage)) return { skipped: 'One machine has no authoriser.' };
    const { status } = await bare(stage, 'GET', '/console/index.html');
    if (status !== 401) return { failed: `The page answers ${status} without a token, in place of 401.` };
    const { status: withToken, body } = await stage.place.api.call('GET', '/console/index.html');
    const isPage = typeof body === 'string' && body.includes('data-place="deployed"');
    if (withToken !== 200 || !isPage)
      return { failed: `With the token it answers ${withToken}, and no page.` };
    return { passed: '401 without a token, and the page with one.' };
  },
};

const callbacks: Step = {
  title: 'Nobody else calls back.',
  run: async (stage) => {
    if (stage.place.outputs['CallbackUrl'] === undefined) return { skipped: 'No callbacks are taken.' };
    const path = `/callbacks/${encodeURIComponent(stage.connection)}/smoke/x`;
    const answer = await bare(stage, 'POST', path, '{}');
    const text = await answer.text();
    return answer.status === 401 && text.includes('callback_forged')
      ? { passed: 'A callback that ConnectWise did not sign: 401 callback_forged.' }
      : { failed: `A callback that ConnectWise did not sign is answered ${answer.status}, in place of 401.` };
  },
};

/** In the order in which a fault of one explains those of the next ones. */
export const apiSteps: readonly Step[] = [
  deploys,
  unsigned,
  slash,
  invokes,
  claims,
  throttled,
  page,
  callbacks,
];
