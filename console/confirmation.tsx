import type { ComponentChildren } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { messageOf } from './loading.ts';

interface ConfirmationSettings {
  readonly title: string;
  /** What will happen, and what may be asked for it. */
  readonly children: ComponentChildren;
  /** What the button says that does it. */
  readonly verb: string;
  /** Throws a sentence where it failed: it is shown, and the dialog stays. */
  readonly confirm: () => Promise<void>;
  /** Is told when the dialog is over, whatever came of it. */
  readonly close: () => void;
}

/** Asks before something that cannot be taken back. Escape leaves it, and the focus goes back to where it was. */
export function Confirmation({ title, children, verb, confirm, close }: ConfirmationSettings) {
  const dialog = useRef<HTMLDialogElement>(null);
  const [problem, setProblem] = useState<string>();
  const [isBusy, setIsBusy] = useState(false);
  useEffect(() => dialog.current?.showModal(), []);
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    setIsBusy(true);
    confirm().then(
      () => dialog.current?.close(),
      (error: unknown) => {
        setProblem(messageOf(error));
        setIsBusy(false);
      },
    );
  };
  return (
    <dialog ref={dialog} onClose={close} aria-label={title}>
      <form onSubmit={submit}>
        <h3>{title}</h3>
        {children}
        {problem !== undefined && (
          <p class="failed" role="alert">
            {problem}
          </p>
        )}
        <div class="dialog-buttons">
          <button type="button" onClick={() => dialog.current?.close()}>
            Cancel
          </button>
          <button type="submit" class="primary" disabled={isBusy}>
            {verb}
          </button>
        </div>
      </form>
    </dialog>
  );
}
