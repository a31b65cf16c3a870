import type { Input } from '../lib/catalogue/operation.ts';
import type { Invocation } from '../lib/invocation.ts';
import type { ReadSample } from './sample.ts';

/** An invocation while a person writes it: texts as they are typed. */
export interface Draft {
  /** By name; an input that is empty is not given. */
  readonly inputs: Readonly<Record<string, string>>;
  /** JSON, or what is to become it; empty: none. */
  readonly request: string;
  readonly options: DraftOptions;
}

export interface DraftOptions {
  readonly id: string;
  readonly preflight: '' | 'strict' | 'warn';
  readonly resolve: boolean;
  readonly returnHttpFailureResponses: boolean;
  /** Bytes in place of JSON. */
  readonly binary: boolean;
  /** The whole list, by queue only. */
  readonly allPages: boolean;
}

export const noOptions: DraftOptions = {
  id: '',
  preflight: '',
  resolve: false,
  returnHttpFailureResponses: false,
  binary: false,
  allPages: false,
};

/** The draft of an operation that was just opened: its sample, which runs as it is. */
export function draftOf({ example, success }: ReadSample): Draft {
  return {
    inputs: textsOf(example.inputs),
    request: example.request === undefined ? '' : pretty(example.request),
    options: { ...noOptions, binary: success.kind === 'binary' },
  };
}

/** The draft that gives an invocation again. */
export function draftOfInvocation({ inputs, request, ...rest }: Invocation): Draft {
  const { return: binary, ...others } = inputs ?? {};
  return {
    inputs: textsOf(others),
    request: request === undefined || request === null ? '' : pretty(request),
    options: {
      id: '',
      preflight: rest.preflight === 'strict' || rest.preflight === 'warn' ? rest.preflight : '',
      resolve: rest.resolve ?? false,
      returnHttpFailureResponses: rest.returnHttpFailureResponses ?? false,
      binary: binary === 'binary',
      allPages: rest.pages === 'all',
    },
  };
}

/** The invocation that a draft stands for, or why it stands for none. A value of the wrong type is left for preflight to tell. */
export function invocationOf(
  { operationId, inputs }: Pick<ReadSample, 'operationId' | 'inputs'>,
  connection: string,
  draft: Draft,
): { readonly invocation: Invocation } | { readonly problem: string } {
  const request = requestOf(draft.request);
  if (request === 'unreadable') return { problem: 'The request is not JSON yet: the editor marks where.' };
  const { id, preflight, resolve, returnHttpFailureResponses, binary, allPages } = draft.options;
  const given: Record<string, unknown> = Object.fromEntries(
    Object.entries(draft.inputs).flatMap(([name, text]) => {
      const type = inputs.find((it) => it.name === name)?.type ?? 'string';
      return text.trim() === '' ? [] : [[name, typedValue(type, text)]];
    }),
  );
  if (binary) given['return'] = 'binary';
  const invocation: Invocation = {
    version: 1,
    ...(id !== '' && { id }),
    connection,
    operationId,
    ...(Object.keys(given).length > 0 && { inputs: given }),
    ...(request !== 'none' && { request: request.value }),
    ...(allPages && { pages: 'all' as const }),
    ...(preflight !== '' && { preflight }),
    ...(resolve && { resolve }),
    ...(returnHttpFailureResponses && { returnHttpFailureResponses }),
  };
  return { invocation };
}

function requestOf(text: string): 'none' | 'unreadable' | { readonly value: unknown } {
  if (text.trim() === '') return 'none';
  try {
    return { value: JSON.parse(text) };
  } catch {
    return 'unreadable';
  }
}

function typedValue(type: Input['type'], text: string): unknown {
  const trimmed = text.trim();
  if (type === 'string') return text;
  if (type === 'boolean') return { true: true, false: false }[trimmed] ?? text;
  if (type === 'object') {
    const read = requestOf(trimmed);
    return typeof read === 'object' ? read.value : text;
  }
  const isExact = /^-?\d{1,15}(?:\.\d{1,15})?$/.test(trimmed);
  return isExact ? Number(trimmed) : text;
}

function textsOf(inputs: Readonly<Record<string, unknown>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(inputs).map(([name, value]) => [
      name,
      typeof value === 'object' ? JSON.stringify(value) : String(value),
    ]),
  );
}

const pretty = (value: unknown) => JSON.stringify(value, null, 2);
