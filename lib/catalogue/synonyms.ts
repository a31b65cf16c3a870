/**
 * What people call things that ConnectWise calls otherwise, in the singular and lower case. A word stands for itself
 * too, where the document has it. An empty list is a word that says nothing.
 */
export const synonyms: ReadonlyMap<string, readonly string[]> = new Map([
  ['account', ['company']],
  ['address', ['site']],
  ['appointment', ['schedule']],
  ['approved', ['approve', 'audit']],
  ['asset', ['configuration']],
  ['attachment', ['document']],
  ['bill', ['invoice']],
  ['client', ['company']],
  ['contract', ['agreement']],
  ['customer', ['company']],
  ['deal', ['opportunity']],
  ['device', ['configuration']],
  ['email', ['communication']],
  ['employee', ['member']],
  ['engineer', ['member']],
  ['file', ['document']],
  ['hook', ['callback']],
  ['lead', ['opportunity']],
  ['number', ['communication']],
  ['phone', ['communication']],
  ['quote', ['opportunity']],
  ['resource', ['member']],
  ['staff', ['member']],
  ['stock', ['hand', 'inventory']],
  ['subscription', ['agreement']],
  ['supplier', ['vendor']],
  ['technician', ['member']],
  ['user', ['member']],
  ['webhook', ['callback']],
]);

/** Words of a question that tell nothing about an operation, beside the articles and prepositions. */
export const stopWords: ReadonlySet<string> = new Set(
  `a an the of to for from in into on at with by is are was be do does can could i my me we our you it its there
   that this these and or where which what who how all any`
    .split(/\s+/)
    .concat(''),
);

/** Words that only mean something together, and the one word for them. `#` is one record, by its id. */
export const idioms: readonly (readonly [RegExp, string])[] = [
  [/\b(?:how many|number of|amount of)\b/gi, 'count'],
  [/\bby (?:its |their |an? )?(?:id|number|key)\b/gi, '#'],
];
