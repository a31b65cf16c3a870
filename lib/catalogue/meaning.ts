import { nounOf, splitWords, withArticle } from './noun.ts';
import type { Input, Operation } from './operation.ts';
import { groupsOf, partsOf } from './path-groups.ts';

/** The document describes none of the inputs that go into the query (openapi-document.md §3): in words of our own, by name. */
const meanings: ReadonlyMap<string, string> = new Map([
  ['conditions', 'A filter, such as: closedFlag = false and company/identifier = "acme"'],
  [
    'childConditions',
    'A filter on members that are lists, such as: communicationItems/value like "%@example.com"',
  ],
  ['customFieldConditions', 'A filter on custom fields, such as: caption = "Region" and value = "North"'],
  ['orderBy', 'What to sort by, such as: lastUpdated desc'],
  ['fields', 'The members to answer, divided by commas, such as: id,name,company/name'],
  ['page', 'The page to answer, from 1'],
  ['pageSize', 'How many records a page has: 25 where it is not given, 1000 at the most'],
  ['pageId', 'For forward-only paging: the page goes on after this id'],
  ['deviceIdentifier', 'The identifier that a management solution gives the device'],
  ['filePath', 'Which file to answer, by its path'],
  ['largeFlag', 'Whether to answer the large image'],
  ['lastModified', 'When the caller last got it, to get it only if it was changed since'],
  ['managedIdentifier', 'The identifier that a management solution gives the configuration'],
  ['managedInformation', 'What a management solution says of the configuration, as JSON'],
  ['notifyResource', 'Whether to tell the member that it is deleted'],
  ['podId', 'The identifier of the pod, a part of a screen, whose fields are meant'],
  // Both are needed in practice, though the document does not say so (connectwise-api.md §8).
  ['recordId', 'The id of the record that the documents belong to: give it together with recordType'],
  ['recordType', 'What kind of record the documents belong to: give it together with recordId'],
  ['reportName', 'The name of a report, as GET /system/reports lists them'],
  ['ssoid', 'The id that the single sign-on service gives the member'],
  ['transferContactId', 'The id of the contact that takes over what belongs to the deleted one'],
  ['type', 'What kind of record is meant'],
  ['url', 'The URL to try'],
  ['useDefaultFlag', 'Whether to answer the default image where there is none'],
  ['xrefRecId', 'The id of the record that the entries refer to'],
]);
const byName = new Map([...meanings].map(([name, meaning]) => [name.toLowerCase(), meaning]));

/** What an input means, in a short sentence: every input has one, of whatever document. */
export function meaningOf(input: Input, { module, path }: Pick<Operation, 'module' | 'path'>): string {
  const { name, description } = input;
  if (input.in === 'query') return byName.get(name.toLowerCase()) ?? fromName(description ?? name);
  const parts = partsOf(path).filter((part) => part !== 'info');
  const groups = groupsOf(module, parts);
  const place = groups.findIndex(({ parameter }) => parameter === name);
  const { segments } = groups[place] ?? { segments: [module] };
  const record = withArticle(nounOf(place > 0 ? '' : module, segments).singular);
  if (/^(?:grand)?(?:parent)?id$/i.test(name)) return `The id of ${record}`;
  if (/identifier$/i.test(name)) return `The identifier of ${record}, which is a text`;
  return byName.get(name.toLowerCase()) ?? `The ${splitWords(name).join(' ')} of ${record}`;
}

/** `billingLogId` is the id of a billing log, `privateFlag` says whether private. */
function fromName(name: string): string {
  const [, whole = '', kind = ''] = /^(.*?)((?:Rec)?Id|Flag)?$/i.exec(name) ?? [];
  const words = splitWords(whole).join(' ');
  if (kind === '') return `The ${words}`;
  if (kind.toLowerCase() === 'flag') return `Whether ${words}`;
  return `The id of ${words ? withArticle(words) : 'the record'}`;
}
