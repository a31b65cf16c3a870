/** A text that this browser keeps; a browser that keeps nothing (private windows) answers undefined. */
export function readKept(name: string): string | undefined {
  try {
    return localStorage.getItem(`console.${name}`) ?? undefined;
  } catch {
    return undefined;
  }
}

/** Keeps a text in this browser, as far as it has room and leave. */
export function keep(name: string, text: string): void {
  try {
    localStorage.setItem(`console.${name}`, text);
  } catch {
    // Full or forbidden: the page works without.
  }
}
