import { useCallback, useEffect, useState } from 'preact/hooks';
import { readIndex } from '../lib/catalogue/operation-index.ts';
import { ask, jsonOf } from './api.ts';
import { type Draft, draftOfInvocation } from './draft.ts';
import { Finder } from './finder.tsx';
import { keepHistory, type PastInvocation, readHistory, withEntry } from './history.ts';
import { HistoryView } from './history-view.tsx';
import { keep, readKept } from './kept.ts';
import { useLoading } from './loading.ts';
import { OperationView } from './operation-view.tsx';
import { indexPath, isLocal } from './place.ts';
import { DeployedQueueView } from './queue/deployed-queue-view.tsx';
import { QueueView } from './queue/queue-view.tsx';
import { fetchPlaces } from './queue/watching.ts';
import { operationLink, type Route, useRoute } from './route.ts';
import { Failed, Waiting } from './states.tsx';
import { ThemeToggle } from './theme.tsx';

async function fetchIndex() {
  const { status, text } = await ask(indexPath());
  if (status !== 200) throw new Error(`The list of operations could not be loaded (${status}).`);
  return readIndex(jsonOf(text));
}

/** The whole page. What a person wrote stays while it is open: by operation, in `drafts`. */
export function Console() {
  const route = useRoute();
  const index = useLoading('index', fetchIndex);
  const places = useLoading('places', fetchPlaces);
  const [connection, setConnection] = useState(() => readKept('connection') ?? 'acme');
  const [drafts] = useState(() => new Map<string, Draft>());
  const [history, setHistory] = useState(readHistory);
  useEffect(() => keep('connection', connection), [connection]);
  useEffect(() => keepHistory(history), [history]);
  const remember = useCallback((entry: PastInvocation) => setHistory((all) => withEntry(all, entry)), []);
  const reopen = ({ invocation }: PastInvocation) => {
    drafts.set(invocation.operationId, draftOfInvocation(invocation));
    setConnection(invocation.connection);
    location.hash = operationLink(invocation.operationId);
  };
  const known = places.state === 'ready' ? places.value : undefined;
  return (
    <>
      <Head
        route={route}
        connection={connection}
        setConnection={setConnection}
        names={known?.connections ?? []}
      />
      <div class="body" data-view={route.view}>
        {index.state === 'loading' && <Waiting what="the operations" />}
        {index.state === 'failed' && <Failed message={index.message} again={() => location.reload()} />}
        {index.state === 'ready' && (
          <Finder index={index.value} openId={route.view === 'operation' ? route.operationId : undefined} />
        )}
        <main id="main">
          {route.view === 'start' && <Start />}
          {route.view === 'operation' && (
            <OperationView
              key={route.operationId}
              operationId={route.operationId}
              connection={connection}
              places={known?.places}
              drafts={drafts}
              remember={remember}
            />
          )}
          {route.view === 'queue' &&
            (isLocal() ? <QueueView /> : <DeployedQueueView connection={connection} />)}
          {route.view === 'history' && (
            <HistoryView history={history} reopen={reopen} clear={() => setHistory([])} />
          )}
        </main>
      </div>
    </>
  );
}

interface HeadSettings {
  readonly route: Route;
  readonly connection: string;
  readonly setConnection: (name: string) => void;
  readonly names: readonly string[];
}

function Head({ route, connection, setConnection, names }: HeadSettings) {
  const link = (view: Route['view'], href: string, text: string) => {
    const isHere = route.view === view || (view === 'start' && route.view === 'operation');
    return (
      <a href={href} aria-current={isHere ? 'page' : undefined}>
        {text}
      </a>
    );
  };
  return (
    <header>
      <h1>
        <span class="brand">Manage</span> Connector
      </h1>
      <nav class="tabs" aria-label="Views">
        {link('start', '#/', 'Operations')}
        {link('queue', '#/queue', 'Queue')}
        {link('history', '#/history', 'History')}
      </nav>
      <label class="connection">
        <span>Connection</span>
        <input
          value={connection}
          list="connections"
          spellcheck={false}
          onInput={(event) => setConnection(event.currentTarget.value)}
        />
      </label>
      <datalist id="connections">
        {names.map((name) => (
          <option key={name} value={name} />
        ))}
      </datalist>
      <ThemeToggle />
    </header>
  );
}

function Start() {
  return (
    <section class="start">
      <h2>Find, fill in, run</h2>
      <p>Type a few words into the search. Any operation of ConnectWise Manage can be run from here.</p>
      <dl class="keys">
        <dt>
          <kbd>/</kbd>
        </dt>
        <dd>to the search</dd>
        <dt>
          <kbd>↑</kbd> <kbd>↓</kbd> <kbd>Enter</kbd>
        </dt>
        <dd>choose and open</dd>
        <dt>
          <kbd>Ctrl</kbd> <kbd>Enter</kbd>
        </dt>
        <dd>run what is open</dd>
        <dt>
          <kbd>Ctrl</kbd> <kbd>Space</kbd>
        </dt>
        <dd>in an editor: what may stand here</dd>
      </dl>
    </section>
  );
}
