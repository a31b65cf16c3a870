import * as z from 'zod/mini';
import { declarationSchema } from '../lib/callback/registry.ts';
import { content, problemAnswer, query } from './openapi-parts.ts';

const parameters = [{ ...query('connection', 'The connection that they belong to.'), required: true }];

const callbacksAnswer = {
  description: 'What is declared, and where ConnectWise is to call.',
  content: content('application/json', {
    type: 'object',
    required: ['version', 'connection', 'path', 'company', 'origin', 'declared'],
    properties: {
      version: { const: 1 },
      connection: { type: 'string' },
      path: {
        type: 'string',
        description:
          'What follows the address of the API in the url of a registration, with {name} for its name.',
      },
      company: { type: 'string', description: 'Whose keys sign the callbacks.' },
      origin: { type: 'string', description: 'Where the keys are asked for.' },
      declared: { type: 'object' },
    },
  }),
};

export const getCallbacks = {
  summary: 'The callbacks that are declared for a connection',
  parameters,
  responses: { 200: callbacksAnswer, default: problemAnswer },
};

export const putCallbacks = {
  summary: 'Declare the callbacks of a connection',
  description:
    'All of them: what is not in the body is not taken any more. It registers nothing with ConnectWise.',
  parameters,
  requestBody: { required: true, content: content('application/json', z.toJSONSchema(declarationSchema)) },
  responses: { 200: callbacksAnswer, default: problemAnswer },
};
