import type { Operation, Schema } from '../catalogue/operation.ts';
import type { Source, Sources } from './source.ts';

/**
 * What tells within which record a name is looked up: a member beside it, such as `board` for `status`, and where that is
 * not in the request, an input of the operation's path. Neither: it cannot be told.
 */
interface Parent {
  readonly member?: string;
  readonly input?: string;
}

/** What the parent of a member depends on. */
interface Asked {
  readonly operation: Operation;
  /** The schema of the object that the member stands in, and the member's name. */
  readonly owner: Schema;
  readonly member: string;
}

/** The parent of the records that a source lists within another; undefined where it does not tell. */
export function parentOf(within: string, asked: Asked, sources: Sources): Parent | undefined {
  const siblings = siblingsOf(within, asked.owner, sources);
  const member = siblings.length === 1 ? siblings[0]?.name : namesake(asked.member, siblings);
  // Several companies beside a site, and none that goes with it: the path's may be another one.
  if (siblings.length > 1 && member === undefined && /[A-Z]/.test(asked.member)) return undefined;
  const input = pathInput(within, asked.operation.path);
  if (member === undefined && input === undefined) return undefined;
  return { ...(member !== undefined && { member }), ...(input !== undefined && { input }) };
}

interface Sibling {
  readonly name: string;
  /** What it refers to, as a word: `company`. */
  readonly noun: string;
}

/** The members beside it that refer to a record of the collection. */
function siblingsOf(within: string, owner: Schema, sources: Sources): readonly Sibling[] {
  return Object.entries(owner.properties ?? {}).flatMap(([name, { $ref }]): Sibling[] => {
    const source = $ref === undefined ? undefined : sources($ref);
    return source?.list.path === within ? [{ name, noun: nounOf(source) }] : [];
  });
}

const nounOf = ({ list }: Source): string => {
  const name = list.success.schema?.items?.$ref ?? '';
  return `${name.charAt(0).toLowerCase()}${name.slice(1)}`;
};

/** `billToSite` goes with `billToCompany`, and `site` with `company`: they begin alike, and end with what they are. */
function namesake(member: string, siblings: readonly Sibling[]): string | undefined {
  const beginning = member.replace(/(?:^[a-z]+|[A-Z][a-z]*)$/, '');
  return siblings.find(({ name, noun }) => {
    const ending = beginning === '' ? noun : `${noun.charAt(0).toUpperCase()}${noun.slice(1)}`;
    return name === `${beginning}${ending}`;
  })?.name;
}

/** The input that names the record of the collection: `grandparentId` of `/service/boards/{grandparentId}/statuses/…`. */
const pathInput = (within: string, path: string): string | undefined =>
  path.startsWith(`${within}/{`) ? /^\{([^{}]+)\}/.exec(path.slice(within.length + 1))?.[1] : undefined;
