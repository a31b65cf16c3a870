import { useMemo, useState } from 'preact/hooks';
import { readFile } from './file.ts';
import { FileView } from './file-view.tsx';
import { Table } from './table.tsx';
import { rowsOf } from './table-columns.ts';
import { Tree } from './tree.tsx';

interface ResponseSettings {
  readonly response: unknown;
  /** It is no answer of ConnectWise: shown as a tree only. */
  readonly isPlain: boolean;
}

/** A response in the form that fits it: bytes as a file, a list as a table, all else as a tree. */
export function ResponseView({ response, isPlain }: ResponseSettings) {
  const file = useMemo(() => (isPlain ? undefined : readFile(response)), [response, isPlain]);
  const rows = useMemo(() => rowsOf(response), [response]);
  const [form, setForm] = useState<'table' | 'tree' | 'json'>('table');
  if (file) return <FileView file={file} />;
  const shown = form === 'table' && !rows ? 'tree' : form;
  const choice = (it: typeof form, text: string) => (
    <button type="button" aria-pressed={shown === it} onClick={() => setForm(it)}>
      {text}
    </button>
  );
  return (
    <div class="response">
      <fieldset class="forms" aria-label="Show the response as">
        {rows && choice('table', 'Table')}
        {choice('tree', 'Tree')}
        {choice('json', 'JSON')}
      </fieldset>
      {shown === 'table' && rows && <Table rows={rows} />}
      {shown === 'tree' && (
        <div class="tree">
          <Tree value={response} />
        </div>
      )}
      {shown === 'json' && <Json value={response} />}
    </div>
  );
}

const longest = 200_000;

function Json({ value }: { readonly value: unknown }) {
  const text = useMemo(() => JSON.stringify(value, null, 2), [value]);
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by key
    <pre class="json" tabIndex={0}>
      {text.length > longest ? `${text.slice(0, longest)}\n…` : text}
    </pre>
  );
}
