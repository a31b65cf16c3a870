import { useState } from 'preact/hooks';
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
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by key */}
      <section class="table-frame" tabIndex={0} aria-label="Records">
        <table>
          <thead>
            <tr>
              {kept.map((name) => (
                <th key={name} scope="col">
                  {name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.slice(0, shown).map((row, place) => (
              <tr key={`${place} ${row['id']}`}>
                {kept.map((name) => (
                  <Cell key={name} value={row[name]} />
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </section>
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
