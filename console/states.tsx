/** Something is on its way. */
export function Waiting({ what }: { readonly what: string }) {
  return (
    <p class="waiting" role="status">
      <span class="spinner" aria-hidden="true" /> Loading {what}…
    </p>
  );
}

/** Something did not come, and why. */
export function Failed({ message, again }: { readonly message: string; readonly again?: () => void }) {
  return (
    <div class="failed" role="alert">
      <p>{message}</p>
      {again && (
        <button type="button" onClick={again}>
          Try again
        </button>
      )}
    </div>
  );
}

/** There is nothing yet. */
export function Empty({ children }: { readonly children: string }) {
  return <p class="empty">{children}</p>;
}
