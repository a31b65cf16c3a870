import { type Document, parseDocument } from '../../lib/catalogue/document.ts';

const json = 'application/vnd.connectwise.com+json; version=2099.1';
const ref = (name: string) => ({ $ref: `#/components/schemas/${name}` });
const list = (name: string) => ({ type: 'array', items: ref(name) });
const answer = (code: string, schema?: object) => ({
  [code]: { description: 'Widget', ...(schema && { content: { [json]: { schema } } }) },
});
const inPath = (name: string, schema: object = { type: 'integer' }) => ({
  name,
  in: 'path',
  required: true,
  schema,
});
const inQuery = (name: string, schema: object = { type: 'string' }) => ({ name, in: 'query', schema });
const clientId = { name: 'clientId', in: 'header', required: true, schema: { type: 'string' } };
const body = (schema: object, contentType = 'application/json') => ({
  required: true,
  content: { [contentType]: { schema } },
});

interface Parts {
  readonly parameters?: readonly object[];
  readonly requestBody?: object;
  readonly responses: object;
}

const operation = (operationId: string, { parameters = [], ...rest }: Parts) => ({
  tags: ['Widgets'],
  summary: 'Get ConnectWise.Apis.Widget',
  operationId,
  parameters: [...parameters, clientId],
  ...rest,
});

const schemas = {
  Widget: {
    type: 'object',
    required: ['name'],
    properties: {
      id: { type: 'integer', format: 'int32' },
      name: { type: 'string', description: ' Max length: 8;' },
      colour: { type: 'string', enum: ['Red', 'Blue'], nullable: true },
      owner: ref('WidgetOwner'),
      madeOn: { type: 'string', format: 'date-time' },
      _info: { type: 'object', additionalProperties: { type: 'string' } },
    },
  },
  WidgetOwner: { type: 'object', properties: { id: { type: 'integer' }, login: { type: 'string' } } },
  WidgetSearch: { type: 'object', properties: { conditions: { type: 'string' } } },
  GetRequest: {
    type: 'object',
    properties: {
      type: { type: 'string', enum: ['Ticket', 'Time'] },
      id: { type: 'integer', format: 'int32' },
    },
  },
  PatchOperation: {
    type: 'object',
    properties: { op: { type: 'string' }, path: { type: 'string' }, value: { type: 'object' } },
  },
  DocumentFormData: {
    type: 'object',
    properties: {
      file: { type: 'string', format: 'binary' },
      title: { type: 'string' },
      readOnlyFlay: { type: 'boolean' },
    },
  },
  LdapConfigurationTestLink: {
    type: 'object',
    required: ['Server'],
    properties: { server: { type: 'string' } },
  },
  Hook: {
    type: 'object',
    properties: { url: { type: 'string', description: ' Required Reference' }, note: { type: 'string' } },
  },
  Count: { type: 'object', properties: { count: { type: 'integer' } } },
  BulkResult: { type: 'object', properties: { payload: { type: 'array', items: {} } } },
  IdCollection: { type: 'object', properties: { ids: { type: 'array', items: { type: 'integer' } } } },
};

const patches = body(list('PatchOperation'));
const one = inPath('id');

/** Every quirk of a real document once, on things that do not exist. */
export const paths = {
  '/toys/widgets': {
    get: operation('getToysWidgets', {
      parameters: [inQuery('conditions')],
      responses: answer('200', list('Widget')),
    }),
    post: operation('postToysWidgets', {
      requestBody: body(ref('Widget')),
      responses: answer('201', list('Widget')),
    }),
  },
  '/toys/widgets/{id}': {
    get: operation('getToysWidgetsById', { parameters: [one], responses: answer('200', ref('Widget')) }),
    put: operation('putToysWidgetsById', {
      parameters: [one],
      requestBody: body(ref('Widget')),
      responses: answer('200', list('Widget')),
    }),
    patch: operation('patchToysWidgetsById', {
      parameters: [one],
      requestBody: patches,
      responses: answer('200', list('Widget')),
    }),
    delete: operation('deleteToysWidgetsById', {
      parameters: [one, inPath('transferId')],
      responses: answer('204'),
    }),
  },
  '/toys/widgets/count': {
    get: operation('getToysWidgetsCount', { responses: answer('200', ref('Widget')) }),
  },
  '/toys/widgets/{id}/quickAccess/count': {
    get: operation('getToysWidgetsQuickAccessCount', {
      parameters: [one],
      responses: answer('200', ref('Widget')),
    }),
  },
  '/toys/widgets/search': {
    post: operation('postToysWidgetsSearch', {
      requestBody: body(ref('WidgetSearch')),
      responses: answer('200', list('Widget')),
    }),
  },
  '/toys/widgets/bulk': {
    post: operation('postToysWidgetsBulk', {
      requestBody: body(list('Widget')),
      responses: answer('207', ref('Widget')),
    }),
    delete: operation('deleteToysWidgetsBulk', { responses: answer('207', ref('BulkResult')) }),
  },
  '/toys/widgets/{id}/image': {
    get: operation('getToysWidgetsByIdImage', {
      parameters: [one, inPath('largeFlag', { type: 'boolean' })],
      responses: { 200: { description: 'ContentType = application/octet-stream' } },
    }),
    post: operation('postToysWidgetsByIdImage', {
      parameters: [one],
      responses: answer('204', ref('Widget')),
    }),
  },
  '/toys/widgets/{id}/markAs/': {
    post: operation('postToysWidgetsByIdMarkAs', {
      parameters: [one],
      responses: { default: { description: 'No idea.' } },
    }),
  },
  '/toys/widgets/{id}/price': {
    post: operation('postToysWidgetsByIdPrice', {
      parameters: [one],
      responses: answer('200', { type: 'integer' }),
    }),
  },
  '/toys/widgets/{parentId}/parts/{id}{id}': {
    patch: operation('patchToysWidgetsByParentIdPartsByIdById', {
      parameters: [one, inPath('parentId')],
      requestBody: patches,
      responses: answer('200', ref('Widget')),
    }),
  },
  '/toys/kinds{id}/copy': {
    post: operation('postToysKindsByIdCopy', { parameters: [one], responses: answer('200', ref('Widget')) }),
  },
  '/toys/history': {
    get: operation('getToysHistory', {
      parameters: [inPath('getRequest', ref('GetRequest'))],
      responses: answer('200', list('Widget')),
    }),
  },
  '/toys/picker/clear': {
    post: operation('postToysPickerClear', {
      parameters: [inPath('clearRequest', ref('GetRequest'))],
      responses: answer('204'),
    }),
  },
  '/toys/makers/{makerIdentifier:regex(^(types. |(': {
    get: operation('getToysMakersByMakerIdentifierRegexTypes', {
      responses: answer('200', ref('WidgetOwner')),
    }),
  },
  '/system/documents': {
    get: operation('getSystemDocuments', { responses: answer('200', list('Widget')) }),
    post: operation('postSystemDocuments', {
      requestBody: body(ref('DocumentFormData'), 'multipart/form-data'),
      responses: answer('201', ref('Widget')),
    }),
  },
};

export const raw = {
  openapi: '3.0.1',
  info: { title: 'Toys', version: '2099.1' },
  paths,
  components: { schemas },
};

export const smallDocument = (): Document => parseDocument(raw, 'small.json');
