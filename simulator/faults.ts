import { type Answer, jsonAnswer, textAnswer } from './answer.ts';
import type { Json } from './json.ts';
import { segmentsOf } from './routes.ts';

/** What the next calls get instead of, or besides, their answer. */
export interface FaultRule {
  /** Any method where absent. */
  readonly method?: string;
  /**
   * The path behind `/apis/3.0` (or `/login/companyinfo/acme`), whatever its case and slashes, or a pattern of it; any
   * path where absent.
   */
  readonly path?: string | RegExp;
  /** How many calls it is for; default 1. */
  readonly times?: number;
  /** Answered instead of running the call; absent: the call runs. */
  readonly status?: number;
  /** The body for `status`: a text goes as it is, anything else as JSON. Default: empty. */
  readonly body?: Json;
  readonly headers?: Readonly<Record<string, string>>;
  /** Waited before anything is sent. */
  readonly delayMs?: number;
  /** Ends the connection without an answer: `before` the call ran, or `after` it took effect (§12.14). */
  readonly cut?: 'before' | 'after';
}

/** The rules that wait for their calls. */
export interface Faults {
  add(rule: FaultRule): void;
  /** The first rule that fits a call, used up by one; undefined where the call runs as it should. */
  next(method: string, path: string): FaultRule | undefined;
}

const plain = (path: string): string => segmentsOf(path).join('/').toLowerCase();

function fits(rule: FaultRule, method: string, path: string): boolean {
  if (rule.method !== undefined && rule.method.toUpperCase() !== method) return false;
  if (rule.path === undefined) return true;
  return typeof rule.path === 'string' ? plain(rule.path) === plain(path) : rule.path.test(path);
}

export function createFaults(): Faults {
  const waiting: { readonly rule: FaultRule; left: number }[] = [];
  return {
    add: (rule) => {
      waiting.push({ rule, left: rule.times ?? 1 });
    },
    next: (method, path) => {
      const entry = waiting.find(({ rule, left }) => left > 0 && fits(rule, method, path));
      if (entry === undefined) return undefined;
      entry.left -= 1;
      if (entry.left <= 0) waiting.splice(waiting.indexOf(entry), 1);
      return entry.rule;
    },
  };
}

/** The answer that a rule with a status gives. */
export function faultAnswer({ status, body, headers }: FaultRule): Answer | undefined {
  if (status === undefined) return undefined;
  const answer =
    typeof body === 'string' || body === undefined
      ? textAnswer(status, body ?? '')
      : jsonAnswer(status, body);
  return { ...answer, headers: { ...answer.headers, ...headers } };
}
