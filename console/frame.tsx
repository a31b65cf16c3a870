import type { ComponentChildren } from 'preact';

interface FrameSettings {
  readonly label: string;
  readonly columns: readonly string[];
  /** Rows of the table. */
  readonly children: ComponentChildren;
}

/** A table that scrolls by itself where the page is narrow. */
export function Frame({ label, columns, children }: FrameSettings) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by key
    <section class="table-frame" tabIndex={0} aria-label={label}>
      <table>
        <thead>
          <tr>
            {columns.map((name) => (
              <th key={name} scope="col">
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>{children}</tbody>
      </table>
    </section>
  );
}
