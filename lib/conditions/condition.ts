/** A filter of the conditions language (connectwise-api.md §3.2) as plain data: where it stood in a text is kept apart, in parsing.ts. */
export type Condition = Chain | Test;

interface Chain {
  readonly kind: 'and' | 'or';
  readonly parts: readonly [Condition, Condition, ...Condition[]];
}

export const isChain = (condition: Condition): condition is Chain =>
  condition.kind === 'and' || condition.kind === 'or';

/** A question about one member; `name` is the path as it is written: `company/identifier`. */
export type Test =
  | {
      readonly kind: 'comparison';
      readonly name: string;
      readonly operator: Operator;
      readonly value: Literal;
    }
  | {
      readonly kind: 'match';
      readonly name: string;
      readonly word: 'contains' | 'like';
      readonly negated: boolean;
      /** `%` and `*` stand for any run of characters; `[[]` stands for a bracket (§3.2.6, §3.5). */
      readonly pattern: string;
    }
  | {
      readonly kind: 'membership';
      readonly name: string;
      readonly negated: boolean;
      readonly values: readonly [Literal, ...Literal[]];
    };

export type Operator = '=' | '!=' | '<' | '<=' | '>' | '>=';

export const operators: readonly Operator[] = ['=', '!=', '<', '<=', '>', '>='];

/** Numbers and dates stay text, so that no digit is lost between reading and printing. A date has no brackets here. */
export type Literal =
  | { readonly type: 'string'; readonly value: string }
  | { readonly type: 'number'; readonly text: string }
  | { readonly type: 'date'; readonly text: string }
  | { readonly type: 'boolean'; readonly value: boolean }
  | { readonly type: 'null' };

/** Parentheses nest no deeper, in what is read and in what is printed: a bound of our own. */
export const deepest = 100;

export const numberForm = /^-?\d+(?:\.\d+)?$/;
export const nameForm = /^[a-z_][\w.]*(?:\/[\w.]+)*$/i;
/** Anything that cannot end the brackets: which dates are understood is another question (dates.ts). */
export const dateForm = /^[^[\]\s](?:[^[\]]*[^[\]\s])?$/;
