import { createHash, createHmac } from 'node:crypto';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { apiEvent } from '../functions/doors.ts';

export const callbackRouteKey = 'POST /callbacks/{connection}/{name}/{token}';

/** The signature as the documentation of ConnectWise has it, made here anew. */
export const signatureOf = (key: string, body: string): string =>
  createHmac('sha256', createHash('sha256').update(key).digest()).update(body).digest('base64');

/** The body of a callback about a company, by a key at an address. */
export const companyMessage = (keyUrl: string, fields: Readonly<Record<string, unknown>> = {}): string =>
  JSON.stringify({
    Action: 'updated',
    CallbackObjectRecId: 7,
    CompanyId: 'acme',
    Entity: JSON.stringify({ id: 1, name: 'Übersee AG', _info: { lastUpdated: new Date().toISOString() } }),
    FromUrl: '127.0.0.1',
    ID: 1,
    MemberId: 'zadmin',
    MessageId: 'b2f4f8a2-6f3e-4c29-9a43-3d2f30a3c8a1',
    Metadata: { key_url: keyUrl },
    PartnerId: 'partner',
    ProductInstanceId: 'product',
    Type: 'company',
    ...fields,
  });

export interface Address {
  readonly connection?: string;
  readonly name?: string;
  readonly token?: string;
}

/** A callback as API Gateway hands it over. */
export const callbackEvent = (
  pathParameters: Address,
  body: string,
  signature: string | undefined,
  isBase64Encoded = false,
): APIGatewayProxyEventV2 =>
  apiEvent(callbackRouteKey, {
    pathParameters: { ...pathParameters },
    queryStringParameters: { recordId: '1', action: 'updated' },
    headers: {
      'content-type': 'application/json; charset=utf-8',
      ...(signature !== undefined && { 'x-content-signature': signature }),
    },
    body: isBase64Encoded ? Buffer.from(body).toString('base64') : body,
    isBase64Encoded,
  });
