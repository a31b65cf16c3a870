/** What an editor offers at a place. */
export interface Suggestion {
  readonly label: string;
  /** What is put in, where that is more than the label. */
  readonly insert?: string;
  /** Shown beside it: its type. */
  readonly detail?: string;
}

export interface Suggestions {
  /** Where the text begins that a suggestion replaces, up to the cursor. */
  readonly from: number;
  readonly options: readonly Suggestion[];
}

/** Something in a text that an editor underlines. */
export interface Mark {
  readonly from: number;
  readonly to: number;
  readonly severity: 'error' | 'warning';
  readonly message: string;
}
