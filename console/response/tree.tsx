import { useState } from 'preact/hooks';

interface TreeSettings {
  readonly value: unknown;
  readonly name?: string;
  /** 0 at the top. */
  readonly depth?: number;
}

/** So many members are shown until more are asked for. */
const step = 100;
const longestText = 2_000;

/** A value as a tree that opens by click or key; what is closed is not drawn, so that a large one costs nothing. */
export function Tree({ value, name, depth = 0 }: TreeSettings) {
  if (typeof value !== 'object' || value === null) {
    return (
      <div class="leaf">
        <Name name={name} /> <Scalar value={value} />
      </div>
    );
  }
  return <Branch value={value} name={name} depth={depth} />;
}

function Name({ name }: { readonly name: string | undefined }) {
  return name === undefined ? null : <span class="member">{name}</span>;
}

interface BranchSettings {
  readonly value: object;
  readonly name: string | undefined;
  readonly depth: number;
}

function Branch({ value, name, depth }: BranchSettings) {
  const [isOpen, setIsOpen] = useState(depth < 1);
  const [shown, setShown] = useState(step);
  const members = isOpen ? Object.entries(value).slice(0, shown) : [];
  const size = Object.keys(value).length;
  return (
    <details
      class="branch"
      open={isOpen}
      onToggle={(event) => {
        if (event.target === event.currentTarget) setIsOpen(event.currentTarget.open);
      }}
    >
      <summary>
        <Name name={name} /> <span class="size">{summaryOf(value, size)}</span>
      </summary>
      {members.map(([member, inner]) => (
        <Tree key={member} name={member} value={inner} depth={depth + 1} />
      ))}
      {isOpen && size > shown && (
        <button type="button" class="quiet" onClick={() => setShown(shown + step)}>
          {size - shown} more
        </button>
      )}
    </details>
  );
}

function summaryOf(value: object, size: number): string {
  if (Array.isArray(value)) return size === 1 ? '1 item' : `${size} items`;
  const telling = ['name', 'identifier', 'summary', 'id'].flatMap((member) => {
    const inner: unknown = Reflect.get(value, member);
    return typeof inner === 'string' || typeof inner === 'number' ? [String(inner)] : [];
  });
  return telling[0]?.slice(0, 60) ?? (size === 1 ? '1 member' : `${size} members`);
}

function Scalar({ value }: { readonly value: unknown }) {
  if (typeof value === 'string') {
    const text = value.length > longestText ? `${value.slice(0, longestText)}…` : value;
    return <span class="text">{text === '' ? '""' : text}</span>;
  }
  return <span class="value">{String(value)}</span>;
}
