/** Pieces that every description of the API is made of. */
export const content = (type: string, schema: object) => ({ [type]: { schema } });
export const problemAnswer = {
  description: 'A problem (RFC 9457).',
  content: content('application/problem+json', { $ref: '#/components/schemas/Problem' }),
};
export const query = (name: string, description: string, type = 'string') => ({
  name,
  in: 'query',
  description,
  schema: { type },
});
