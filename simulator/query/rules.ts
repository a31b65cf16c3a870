/** What is disputed or open about lists (connectwise-api.md §3, §4, §13); every default is the better-supported side. */
export interface QueryRules {
  /**
   * What makes a quote part of a string (§3.5, §13.3): nothing (default; no escape was ever confirmed by a reply), a
   * backslash before it, or the quote written twice.
   */
  readonly stringEscapes: 'none' | 'backslash' | 'doubled';
  /** Wildcards of like and contains (§3.2.6, §13.3): `%`, `*` and the documented `[[]`, or all of SQL's: `_` and `[a-z]` too. */
  readonly likeWildcards: 'documented' | 'sql';
  /**
   * Dates with an offset (§3.2.8): taken at their word (default), or with the zone bug that made clients send none:
   * turned into the server's local time, which is then read as UTC. `Z` and dates without a zone are right in both.
   */
  readonly dateOffsets: 'applied' | 'shifted';
  /** Unknown names in `fields` and `orderBy` (§3.7, §13.7): dropped without a word (default), or 400. */
  readonly unknownNames: 'dropped' | 'refused';
  /**
   * The form of `Link` (§4.4–4.6): as recorded, none where all fits one page (default); `first` and `last` on a single
   * page as well; or the old bug, an address without `?`.
   */
  readonly links: 'recorded' | 'always' | 'old';
  /** Scheme and host of `Link`, such as `http://cw-internal`: a server behind a proxy (§4.7). Empty (default): the caller's. */
  readonly linkOrigin: string;
  /** The end of a forward-only walk (§13.6): no Link (default), an empty one, or one that leads to the same page. */
  readonly lastForwardLink: 'missing' | 'empty' | 'self';
}

/** The better-supported sides. */
export const queryDefaults: QueryRules = {
  stringEscapes: 'none',
  likeWildcards: 'documented',
  dateOffsets: 'applied',
  unknownNames: 'dropped',
  links: 'recorded',
  linkOrigin: '',
  lastForwardLink: 'missing',
};
