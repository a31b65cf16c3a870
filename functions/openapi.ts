import * as z from 'zod/mini';
import { eventSchema } from '../lib/callback/event.ts';
import { invocationSchema } from '../lib/invocation.ts';
import { findingSchema } from '../lib/preflight/finding.ts';
import { doubtSchema, resultSchema } from '../lib/result.ts';
import { getCallbacks, putCallbacks } from './callback-openapi.ts';
import { rewindSchema } from './checkpoints.ts';
import { content, problemAnswer, query } from './openapi-parts.ts';

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

/** The messages' JSON Schemas (draft 2020-12), made from the very schemas that they are parsed with. */
export function messageSchemas(): Readonly<Record<'invocation' | 'result' | 'event', object>> {
  return {
    invocation: z.toJSONSchema(invocationSchema),
    result: z.toJSONSchema(resultSchema),
    event: z.toJSONSchema(eventSchema),
  };
}

/** The connector's own description, in OpenAPI 3.1. Its schemas are those that messages are parsed with. */
export function openApiDocument({ connectionPathsOnly }: { readonly connectionPathsOnly: boolean }): object {
  const { invocation, result } = messageSchemas();
  return {
    openapi: '3.1.0',
    info: {
      title: 'Manage Connector',
      version: '1',
      description: 'Runs any operation of ConnectWise Manage.',
    },
    paths: {
      ...(connectionPathsOnly ? {} : pathsOf([])),
      ...pathsOf([connectionInPath]),
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

const connectionInPath = {
  name: 'connection',
  in: 'path',
  required: true,
  description: 'The connection: one that the caller may use.',
  schema: { type: 'string' },
};

/** What is done for one connection, which the path names or else the query. The body of an invocation names it either way. */
function pathsOf(inPath: readonly [] | readonly [typeof connectionInPath]): Readonly<Record<string, object>> {
  const by = <T extends { readonly parameters: readonly { readonly name: string }[] }>(call: T) => ({
    ...call,
    parameters: [
      ...inPath,
      ...call.parameters.filter(({ name }) => inPath.length === 0 || name !== 'connection'),
    ],
  });
  const below = inPath.length === 0 ? '' : '/connections/{connection}';
  return {
    [`${below}/invocations`]: { post: by(postInvocation) },
    [`${below}/invocations/{id}`]: { get: by(getInvocation) },
    [`${below}/checkpoints/{name}`]: {
      get: by(getCheckpoint),
      put: by(putCheckpoint),
      delete: by(deleteCheckpoint),
    },
    [`${below}/callbacks`]: { get: by(getCallbacks), put: by(putCallbacks) },
    [`${below}/mcp`]: { post: by(postMcp), get: by(getMcp) },
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
    query('form', 'index, and nothing else: all operations at once, in rows that the console searches.'),
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

const checkpointParameters = [
  {
    name: 'name',
    in: 'path',
    required: true,
    description: 'Its name, as it stands in the messages.',
    schema: { type: 'string' },
  },
  { ...query('connection', 'The connection whose checkpoint it is.'), required: true },
];

const checkpointAnswer = {
  description: 'How far its pulls have come.',
  content: content('application/json', {
    type: 'object',
    required: ['version', 'name', 'connection', 'operationId', 'asked', 'by', 'pulls'],
    properties: {
      version: { const: 1 },
      name: { type: 'string' },
      connection: { type: 'string' },
      operationId: { type: 'string', description: 'The operation that it belongs to.' },
      asked: { type: 'string', description: 'What of it is asked for: JSON, cut where it is long.' },
      by: { enum: ['lastUpdated', 'content'], description: 'By what a change is told.' },
      watermark: { type: 'string', description: 'The next pull asks since then, less the overlap.' },
      pulls: { type: 'integer', description: 'How many pulls have moved it: the newest sequence.' },
      movedAt: { type: 'string', format: 'date-time' },
      run: {
        type: 'object',
        description:
          'The pull that uses it, or did and was not answered with success, and until when it is kept for it.',
        properties: { pull: { type: 'string' }, until: { type: 'string', format: 'date-time' } },
      },
    },
  }),
};

const getCheckpoint = {
  summary: 'How far the pulls by a checkpoint have come',
  parameters: checkpointParameters,
  responses: { 200: checkpointAnswer, default: problemAnswer },
};

const putCheckpoint = {
  summary: 'Put a checkpoint back',
  description: 'The next pull takes again what was changed since then.',
  parameters: checkpointParameters,
  requestBody: { required: true, content: content('application/json', z.toJSONSchema(rewindSchema)) },
  responses: { 200: checkpointAnswer, default: problemAnswer },
};

const deleteCheckpoint = {
  summary: 'Reset a checkpoint',
  description: 'The next pull takes everything, and does not know what was deleted before.',
  parameters: checkpointParameters,
  responses: { 204: { description: 'It is forgotten.' }, default: problemAnswer },
};

const message = content('application/json', { type: 'object', description: 'A message in JSON-RPC 2.0.' });

const postMcp = {
  summary: 'The door for agents: Model Context Protocol by streamable HTTP, without sessions and streams',
  parameters: [],
  requestBody: { required: true, content: message },
  responses: {
    200: { description: 'The answer.', content: message },
    202: { description: 'The message was taken, and has no answer.' },
    default: problemAnswer,
  },
};

const getMcp = { summary: 'No stream of messages', parameters: [], responses: { 405: problemAnswer } };
