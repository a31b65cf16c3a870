import type { RefObject } from 'preact';
import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import type { IndexedOperation, OperationIndex } from '../lib/catalogue/operation-index.ts';
import { searchOperations } from '../lib/catalogue/search.ts';
import { operationLink } from './route.ts';

interface FinderSettings {
  readonly index: OperationIndex;
  /** The operation that is open. */
  readonly openId: string | undefined;
}

/** As many as are looked at; the rest is told by a number. */
const shown = 50;

const optionId = (place: number) => `found-${place}`;

/** Finds operations while a person types. The first search indexes them, so that is done before somebody waits for it. */
export function Finder({ index, openId }: FinderSettings) {
  const [words, setWords] = useState('');
  const [active, setActive] = useState(0);
  const field = useRef<HTMLInputElement>(null);
  const found = useMemo(
    () => searchOperations(index, { search: words, limit: shown, offset: 0 }),
    [index, words],
  );
  useEffect(() => {
    const warm = setTimeout(() => searchOperations(index, { search: 'ticket', limit: 1, offset: 0 }), 50);
    return () => clearTimeout(warm);
  }, [index]);
  useSlash(field);
  const move = (place: number) => {
    const next = Math.max(0, Math.min(found.operations.length - 1, place));
    setActive(next);
    document.getElementById(optionId(next))?.scrollIntoView({ block: 'nearest' });
  };
  const press = (event: KeyboardEvent) => {
    const chosen = found.operations[active];
    if (event.key === 'ArrowDown') move(active + 1);
    else if (event.key === 'ArrowUp') move(active - 1);
    else if (event.key === 'Enter' && chosen) location.hash = operationLink(chosen.operationId);
    else if (event.key === 'Escape') setWords('');
    else return;
    event.preventDefault();
  };
  return (
    <nav class="finder" aria-label="Operations">
      <SearchField
        field={field}
        words={words}
        activeId={found.operations.length > 0 ? optionId(active) : undefined}
        change={(text) => {
          setWords(text);
          setActive(0);
        }}
        press={press}
      />
      <p class="count" role="status">
        {countText(found.total, index, words)}
      </p>
      <div id="found" role="listbox" aria-label="Operations found" tabIndex={-1}>
        {found.operations.map((operation, place) => (
          <FoundOperation
            key={operation.id}
            id={optionId(place)}
            operation={operation}
            isActive={place === active}
            isOpen={operation.operationId === openId}
          />
        ))}
      </div>
    </nav>
  );
}

interface SearchSettings {
  readonly field: RefObject<HTMLInputElement | null>;
  readonly words: string;
  readonly activeId: string | undefined;
  readonly change: (words: string) => void;
  readonly press: (event: KeyboardEvent) => void;
}

function SearchField({ field, words, activeId, change, press }: SearchSettings) {
  return (
    <div class="search">
      <input
        ref={field}
        type="text"
        role="combobox"
        aria-expanded="true"
        aria-controls="found"
        aria-autocomplete="list"
        aria-activedescendant={activeId}
        aria-label="Find an operation"
        placeholder="Find an operation: time entries…"
        autocomplete="off"
        spellcheck={false}
        value={words}
        onInput={(event) => change(event.currentTarget.value)}
        onKeyDown={press}
      />
      <kbd>/</kbd>
    </div>
  );
}

function countText(total: number, { all, version }: OperationIndex, words: string): string {
  if (words.trim() === '') return `${all().length.toLocaleString('en')} operations of ${version}`;
  if (total === 0) return 'Nothing is found. Try other words, or fewer.';
  return total > shown ? `${shown} best of ${total}` : `${total} found`;
}

interface FoundSettings {
  readonly id: string;
  readonly operation: IndexedOperation;
  readonly isActive: boolean;
  readonly isOpen: boolean;
}

function FoundOperation({ id, operation, isActive, isOpen }: FoundSettings) {
  const { operationId, method, path, description } = operation;
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the search field above has the keys of the list
    // biome-ignore lint/a11y/useFocusableInteractive: an option of a combobox is never focused itself
    <div
      id={id}
      role="option"
      aria-selected={isActive}
      class={`found${isOpen ? ' open' : ''}`}
      onClick={() => {
        location.hash = operationLink(operationId);
      }}
    >
      <span class="found-head">
        <Method method={method} />
        <span class="found-description">{description}</span>
      </span>
      <span class="path">{path}</span>
    </div>
  );
}

export function Method({ method }: { readonly method: string }) {
  return <span class={`method ${method.toLowerCase()}`}>{method}</span>;
}

/** A slash leads to the search from anywhere that is no text field. */
function useSlash(field: { readonly current: HTMLInputElement | null }): void {
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      const { target } = event;
      const isTyping =
        target instanceof HTMLElement &&
        (target.isContentEditable || ['INPUT', 'TEXTAREA', 'SELECT'].includes(target.tagName));
      if (event.key !== '/' || isTyping || event.ctrlKey || event.metaKey) return;
      event.preventDefault();
      field.current?.focus();
      field.current?.select();
    };
    addEventListener('keydown', press);
    return () => removeEventListener('keydown', press);
  }, [field]);
}
