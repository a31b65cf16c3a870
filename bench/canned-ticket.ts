/**
 * A ticket as ConnectWise gives it, but for its id.
 * @param sentences how long its description is: with 12 of them a thousand tickets are 1.4 MB, with 25 one is 2 KB (performance.md).
 */
export function cannedTicket(sentences: number) {
  const reference = (name: string, id: number) => ({
    id,
    name,
    _info: { href: `https://host/path/${name}/${id}` },
  });
  return {
    summary: 'The scanner on the second floor scans nothing any more — not even "blank" pages',
    recordType: 'ServiceTicket',
    board: reference('Help Desk', 1),
    status: { ...reference('New', 17), sort: 0 },
    company: { ...reference('Acme Holdings', 250), identifier: 'Acme' },
    contact: reference('Ada de Vries', 9),
    priority: { ...reference('Priority 3 - Medium', 8), sort: 6 },
    closedFlag: false,
    initialDescription: 'It hums, it blinks, and then it says E-502. '.repeat(sentences),
    customFields: [{ id: 5, caption: 'Region', type: 'Text', entryMethod: 'List', value: 'North' }],
    _info: { lastUpdated: '2026-01-31T15:00:00Z', updatedBy: 'zadmin', dateEntered: '2025-11-02T09:30:00Z' },
  };
}
