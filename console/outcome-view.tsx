import { useState } from 'preact/hooks';
import { FindingLine } from './finding-line.tsx';
import { isLocal } from './place.ts';
import { ClaimView } from './response/claim-view.tsx';
import { ResponseView } from './response/response-view.tsx';
import { Tree } from './response/tree.tsx';
import type { Outcome } from './running.ts';

type Told = Extract<Outcome, { readonly state: 'told' }>;

/** What became of an invocation. */
export function OutcomeView({ outcome }: { readonly outcome: Outcome }) {
  return (
    <section class="outcome" aria-label="Outcome" aria-live="polite">
      {outcome.state === 'sending' && <Progress text={outcome.how === 'dry' ? 'Checking' : 'Running'} />}
      {outcome.state === 'following' && <Progress text={`Queued as ${outcome.id}: ${outcome.status}`} />}
      {outcome.state === 'unreachable' && (
        <p class="failed" role="alert">
          {outcome.message}
        </p>
      )}
      {outcome.state === 'told' && <ToldView outcome={outcome} />}
    </section>
  );
}

function Progress({ text }: { readonly text: string }) {
  return (
    <p class="waiting">
      <span class="spinner" aria-hidden="true" /> {text}…
    </p>
  );
}

function ToldView({ outcome }: { readonly outcome: Told }) {
  const { told, how, body } = outcome;
  const [isWhole, setIsWhole] = useState(false);
  return (
    <>
      <Facts outcome={outcome} />
      {!told.succeeded && told.sentence !== undefined && <p class="sentence">{told.sentence}</p>}
      {told.findings.map((finding) => (
        <FindingLine key={finding.path + finding.reason + finding.message} finding={finding} />
      ))}
      {told.certificate && (
        <p class="note">
          {told.certificate.complete ? 'The whole list' : 'Not surely the whole list'}:{' '}
          {told.certificate.rows} rows in {told.certificate.pages} pages, which came as results of their own{' '}
          {isLocal() ? 'to the queue view.' : 'on the result queue.'}
        </p>
      )}
      {told.claim && <ClaimView claim={told.claim} />}
      {how === 'dry' && told.succeeded && (
        <p class="note">Nothing was sent. This is the request as it would be.</p>
      )}
      {told.hasResponse && <ResponseView response={told.response} isPlain={how === 'dry'} />}
      <div class="whole">
        <button type="button" class="quiet" aria-expanded={isWhole} onClick={() => setIsWhole(!isWhole)}>
          {isWhole ? 'Hide' : 'Show'} the whole answer
        </button>
        {isWhole && <Tree value={body} />}
      </div>
    </>
  );
}

function Facts({ outcome: { told, how, timeMs } }: { readonly outcome: Told }) {
  const { succeeded, responseCode, reason, requestId, id } = told;
  return (
    <dl class="facts">
      <div class={succeeded ? 'good' : 'bad'}>
        <dt>{succeeded ? 'Succeeded' : 'Failed'}</dt>
        <dd>{responseCode ?? (how === 'dry' ? 'dry run' : (reason ?? ''))}</dd>
      </div>
      {reason !== undefined && responseCode !== undefined && (
        <div>
          <dt>Reason</dt>
          <dd>{reason}</dd>
        </div>
      )}
      {timeMs !== undefined && (
        <div>
          <dt>Time</dt>
          <dd>{timeMs < 10_000 ? `${Math.round(timeMs)} ms` : `${(timeMs / 1000).toFixed(1)} s`}</dd>
        </div>
      )}
      {requestId !== undefined && (
        <div>
          <dt>Request id</dt>
          <dd>
            <code>{requestId}</code>
          </dd>
        </div>
      )}
      {id !== undefined && (
        <div>
          <dt>Id</dt>
          <dd>
            <code>{id}</code>
          </dd>
        </div>
      )}
    </dl>
  );
}
