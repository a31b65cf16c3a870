import { useState } from 'preact/hooks';
import { Frame } from '../frame.tsx';
import { cellText, columnsOf } from './table-columns.ts';

type Row = Readonly<Record<string, unknown>>;

const step = 100;
const fewColumns = 10;

/** A list of records: the telling columns, and all of them a click away. */
export function Table({ rows }: { readonly rows: readonly Row[] }) {
  const [shown, setShown] = useState(step);
  const [hasAll, setHasAll] = useState(false);
  const columns = columnsOf(rows);
  const kept = hasAll ? columns : columns.slice(0, fewColumns);
  return (
    <>
      <Frame label="Records" columns={kept}>
        {rows.slice(0, shown).map((row, place) => (
          <tr key={`${place} ${row['id']}`}>
            {kept.map((name) => (
              <Cell key={name} value={row[name]} />
            ))}
          </tr>
        ))}
      </Frame>
      <p class="table-foot">
        {rows.length === 1 ? '1 record' : `${rows.length} records`}
        {rows.length > shown && (
          <button type="button" class="quiet" onClick={() => setShown(shown + step)}>
            Show {Math.min(step, rows.length - shown)} more
          </button>
        )}
        {columns.length > fewColumns && (
          <button type="button" class="quiet" onClick={() => setHasAll(!hasAll)}>
            {hasAll ? 'Fewer columns' : `All ${columns.length} columns`}
          </button>
        )}
      </p>
    </>
  );
}

function Cell({ value }: { readonly value: unknown }) {
  const text = cellText(value) ?? '…';
  return (
    <td class={typeof value === 'number' ? 'number' : undefined} title={text.length > 40 ? text : undefined}>
      {text}
    </td>
  );
}
