import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { preflight } from '../lib/preflight/preflight.ts';
import type { Places } from './copies.ts';
import { CopyBar } from './copy-bar.tsx';
import { type Draft, draftOf, invocationOf } from './draft.ts';
import { Method } from './finder.tsx';
import type { PastInvocation } from './history.ts';
import { Inputs } from './inputs.tsx';
import { useLoading } from './loading.ts';
import { Options } from './options.tsx';
import { OutcomeView } from './outcome-view.tsx';
import { RequestField } from './request-field.tsx';
import { type How, type Outcome, run } from './running.ts';
import { type OpenedOperation, openOperation } from './sample.ts';
import { Failed, Waiting } from './states.tsx';

interface OperationSettings {
  readonly operationId: string;
  readonly connection: string;
  readonly places: Places | undefined;
  readonly drafts: Map<string, Draft>;
  readonly remember: (entry: PastInvocation) => void;
}

/** One operation: what it needs, filled in, and what came back. */
export function OperationView({ operationId, ...rest }: OperationSettings) {
  const opened = useLoading(operationId, () => openOperation(operationId));
  if (opened.state === 'loading') return <Waiting what={operationId} />;
  if (opened.state === 'failed') return <Failed message={opened.message} again={() => location.reload()} />;
  return <OpenOperation opened={opened.value} {...rest} />;
}

interface OpenSettings extends Omit<OperationSettings, 'operationId'> {
  readonly opened: OpenedOperation;
}

function OpenOperation({ opened, connection, places, drafts, remember }: OpenSettings) {
  const { sample } = opened;
  const [draft, setDraft] = useState(() => drafts.get(sample.operationId) ?? draftOf(sample));
  drafts.set(sample.operationId, draft);
  const change = (part: Partial<Draft>) => setDraft((before) => ({ ...before, ...part }));
  const made = useMemo(() => invocationOf(sample, connection, draft), [sample, connection, draft]);
  const findings = useMemo(() => {
    // What means names is checked when they are looked up: here they would all be of the wrong type.
    if (!('invocation' in made) || made.invocation.resolve) return [];
    return preflight(opened.operation, made.invocation, opened.schemaOf, opened.record);
  }, [made, opened]);
  const { outcome, start } = useRun(sample.description, remember);
  const send = (how: How) => 'invocation' in made && start(made.invocation, how);
  useRunKey(() => send(draft.options.allPages ? 'queue' : 'run'));
  const takesRequest = sample.body.kind !== 'none';
  return (
    <article class="operation">
      <Heading opened={opened} />
      <Inputs opened={opened} draft={draft} findings={findings} change={change} />
      {takesRequest && (
        <RequestField
          opened={opened}
          text={draft.request}
          findings={findings}
          change={(request) => change({ request })}
        />
      )}
      <Options options={draft.options} sample={sample} change={(options) => change({ options })} />
      <RunBar
        draft={draft}
        problem={'problem' in made ? made.problem : undefined}
        errors={findings.filter(({ severity }) => severity === 'error').length}
        warnings={findings.filter(({ severity }) => severity === 'warning').length}
        isSending={outcome?.state === 'sending' || outcome?.state === 'following'}
        send={send}
      />
      {'invocation' in made && <CopyBar invocation={made.invocation} places={places} />}
      {outcome && <OutcomeView outcome={outcome} />}
    </article>
  );
}

function Heading({ opened: { sample } }: { readonly opened: OpenedOperation }) {
  const { operationId, method, path, description, summary, warnings = [] } = sample;
  return (
    <div class="operation-head">
      <a class="back" href="#/">
        ← All operations
      </a>
      <h2>{description}</h2>
      <p class="route">
        <Method method={method} /> <code>{path}</code>
      </p>
      <p class="operation-id">
        <code>{operationId}</code>
        {summary !== undefined && summary !== description && <span> · {summary}</span>}
      </p>
      {warnings.map((warning) => (
        <p key={warning} class={`note${method === 'DELETE' ? ' warning' : ''}`}>
          {warning}
        </p>
      ))}
    </div>
  );
}

interface RunBarSettings {
  readonly draft: Draft;
  readonly problem: string | undefined;
  readonly errors: number;
  readonly warnings: number;
  readonly isSending: boolean;
  readonly send: (how: How) => void;
}

function RunBar({ draft, problem, errors, warnings, isSending, send }: RunBarSettings) {
  const isBlocked = problem !== undefined || isSending;
  const { allPages } = draft.options;
  return (
    <div class="run-bar">
      <button
        type="button"
        class={allPages ? undefined : 'primary'}
        disabled={isBlocked || allPages}
        onClick={() => send('run')}
      >
        Run <kbd>Ctrl ↵</kbd>
      </button>
      <button
        type="button"
        class={allPages ? 'primary' : undefined}
        disabled={isBlocked}
        onClick={() => send('queue')}
      >
        Queue
      </button>
      <button type="button" disabled={isBlocked || allPages} onClick={() => send('dry')}>
        Dry run
      </button>
      <span class="check" role="status">
        {problem ?? checkText(errors, warnings)}
      </span>
    </div>
  );
}

function checkText(errors: number, warnings: number): string {
  const count = (number: number, word: string) =>
    number === 0 ? [] : [`${number} ${word}${number > 1 ? 's' : ''}`];
  const parts = [...count(errors, 'error'), ...count(warnings, 'warning')];
  return parts.length === 0 ? 'Checked: nothing found' : parts.join(', ');
}

/** Ctrl+Enter runs, wherever the cursor is. */
function useRunKey(start: () => void): void {
  const latest = useRef(start);
  latest.current = start;
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey)) return;
      event.preventDefault();
      latest.current();
    };
    addEventListener('keydown', press);
    return () => removeEventListener('keydown', press);
  }, []);
}

/** Runs one invocation at a time; leaving the view stops following it, not the invocation. */
function useRun(description: string, remember: (entry: PastInvocation) => void) {
  const [outcome, setOutcome] = useState<Outcome>();
  const running = useRef<AbortController | undefined>(undefined);
  useEffect(() => () => running.current?.abort(), []);
  const start = (invocation: PastInvocation['invocation'], how: How) => {
    running.current?.abort();
    const controller = new AbortController();
    running.current = controller;
    const tell = (told: Outcome) => {
      setOutcome(told);
      if (told.state !== 'told') return;
      const { succeeded, responseCode, reason } = told.told;
      const said = succeeded ? responseCode : (reason ?? responseCode);
      remember({
        atMs: Date.now(),
        description,
        how,
        outcome: said ?? 'dry run',
        succeeded,
        timeMs: told.timeMs ?? 0,
        invocation,
      });
    };
    void run(invocation, how, tell, controller.signal);
  };
  return { outcome, start };
}
