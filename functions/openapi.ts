import * as z from 'zod/mini';
import { invocationSchema } from '../lib/invocation.ts';
import { findingSchema } from '../lib/preflight/finding.ts';
import { doubtSchema, resultSchema } from '../lib/result.ts';

const problemSchema = {
  type: 'object',
  required: ['type', 'title', 'status', 'detail', 'reason'],
  properties: {
    type: { type: 'string' },
    title: { type: 'string' },
    status: { type: 'integer' },
    detail: { type: 'string', description: 'A sentence for a person.' },
    reason: { type: 'string', description: 'A stable word to switch on.' },
    responseCode: { type: 'string', description: 'The HTTP status that ConnectWise answered with.' },
    response: { description: 'What ConnectWise answered.' },
    findings: {
      type: 'array',
      description: 'All that is wrong with the invocation, where nothing was sent because of it.',
      items: z.toJSONSchema(findingSchema),
    },
    doubt: z.toJSONSchema(doubtSchema),
  },
};

const operationEntrySchema = {
  type: 'object',
  properties: Object.fromEntries(
    ['id', 'operationId', 'method', 'path', 'module', 'description'].map((name) => [
      name,
      { type: 'string' },
    ]),
  ),
};

const content = (type: string, schema: object) => ({ [type]: { schema } });
const problemAnswer = {
  description: 'A problem (RFC 9457).',
  content: content('application/problem+json', { $ref: '#/components/schemas/Problem' }),
};
const query = (name: string, description: string, type = 'string') => ({
  name,
  in: 'query',
  description,
  schema: { type },
});

/** The messages' JSON Schemas (draft 2020-12), made from the very schemas that they are parsed with. */
export function messageSchemas(): { readonly invocation: object; readonly result: object } {
  return { invocation: z.toJSONSchema(invocationSchema), result: z.toJSONSchema(resultSchema) };
}

/** The connector's own description, in OpenAPI 3.1. Its schemas are those that messages are parsed with. */
export function openApiDocument(): object {
  const { invocation, result } = messageSchemas();
  return {
    openapi: '3.1.0',
    info: {
      title: 'Manage Connector',
      version: '1',
      description: 'Runs any operation of ConnectWise Manage.',
    },
    paths: {
      '/invocations': { post: postInvocation },
      '/invocations/{id}': { get: getInvocation },
      '/operations': { get: getOperations },
      '/operations/{operationId}': { get: getOperation },
      '/openapi.json': {
        get: { summary: 'This document', responses: { 200: { description: 'The document.' } } },
      },
    },
    components: {
      schemas: {
        Invocation: invocation,
        Result: result,
        Problem: problemSchema,
        OperationEntry: operationEntrySchema,
      },
    },
  };
}

const postInvocation = {
  summary: 'Run an operation',
  parameters: [
    {
      name: 'Prefer',
      in: 'header',
      description: 'respond-async queues it and answers 202.',
      schema: { type: 'string' },
    },
  ],
  requestBody: {
    required: true,
    content: content('application/json', { $ref: '#/components/schemas/Invocation' }),
  },
  responses: {
    200: {
      description: 'The result.',
      content: content('application/json', { $ref: '#/components/schemas/Result' }),
    },
    202: {
      description:
        'It is queued: the result comes on the result queue, and Location tells where to look for it.',
    },
    default: problemAnswer,
  },
};

const getInvocation = {
  summary: 'Where an invocation stands, and its result',
  description: 'The journal knows writes, and whatever was queued by the API; it keeps them for 35 days.',
  parameters: [
    {
      name: 'id',
      in: 'path',
      required: true,
      description: "The invocation's id.",
      schema: { type: 'string' },
    },
    { ...query('connection', 'The connection that it was sent by.'), required: true },
  ],
  responses: {
    200: {
      description: 'Where it stands.',
      content: content('application/json', {
        type: 'object',
        required: ['version', 'id', 'connection', 'status'],
        properties: {
          version: { const: 1 },
          id: { type: 'string' },
          connection: { type: 'string' },
          status: {
            enum: ['queued', 'running', 'in_doubt', 'done'],
            description:
              'in_doubt: it was sent, and its worker did not say how it ended; it will be settled by a look-up.',
          },
          since: { type: 'string', format: 'date-time' },
          sentAt: { type: 'string', format: 'date-time' },
          doneAt: { type: 'string', format: 'date-time' },
          result: { $ref: '#/components/schemas/Result' },
        },
      }),
    },
    default: problemAnswer,
  },
};

const getOperations = {
  summary: 'Find operations',
  parameters: [
    query('search', 'Words; the best match comes first.'),
    query('module', 'The first segment of the path, such as service.'),
    query('method', 'GET, POST, PUT, PATCH or DELETE.'),
    query('limit', 'At the most 200; 25 unless told.', 'integer'),
    query('offset', 'How many to leave out.', 'integer'),
  ],
  responses: {
    200: {
      description: 'The operations.',
      content: content('application/json', {
        type: 'object',
        properties: {
          version: { type: 'string' },
          total: { type: 'integer' },
          operations: { type: 'array', items: { $ref: '#/components/schemas/OperationEntry' } },
        },
      }),
    },
    default: problemAnswer,
  },
};

const getOperation = {
  summary: 'What is needed to call an operation',
  parameters: [
    {
      name: 'operationId',
      in: 'path',
      required: true,
      description: 'Any id of the operation.',
      schema: { type: 'string' },
    },
  ],
  responses: {
    200: {
      description: 'The sample: inputs and what they mean, the request with an example, what comes back.',
    },
    default: problemAnswer,
  },
};
