import type { Switches } from '../../simulator/contract.ts';
import type { Door, Reply } from './door.ts';

/** What one question of connectwise-api.md found. */
export interface Finding {
  /** What was seen, in a sentence without any record's content. */
  readonly learned: string;
  readonly switches?: Switches;
}

export interface Probe {
  readonly name: string;
  /** Of connectwise-api.md. */
  readonly section: string;
  readonly run: (door: Door) => Promise<Finding>;
}

/** A status, and ConnectWise's own code where it gave one: never a message, which may quote a record. */
export function told({ status, json, text }: Reply): string {
  const code = memberOf(json, 'code') ?? memberOf(json, 'error');
  if (typeof code === 'string')
    return `${status} ${/^[\w.]{1,40}$/.test(code) ? code : 'with a code of its own'}`;
  return `${status}${json === undefined && text !== '' ? ', no JSON' : ''}`;
}

export const memberOf = (value: unknown, name: string): unknown =>
  typeof value === 'object' && value !== null
    ? Object.entries(value).find(([key]) => key === name)?.[1]
    : undefined;

export const rowsOf = ({ json }: Reply): readonly unknown[] => (Array.isArray(json) ? json : []);

export const unsure = (reply: Reply): Finding => ({ learned: `Not told: it answered ${told(reply)}.` });
