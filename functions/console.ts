import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import middy from 'middy';
import { type ConsoleFile, pageHeaders, readConsoleFiles } from './console-files.ts';
import type { ApiAnswer } from './problem.ts';
import { readConsoleFolder } from './settings.ts';

const page = 'index.html';

/** Answers with the files of the console, none of which holds anything of a connection. What they show comes from the API. */
export function consoleHandler(files: () => ReadonlyMap<string, ConsoleFile>) {
  return middy<APIGatewayProxyEventV2, ApiAnswer>().handler((event: APIGatewayProxyEventV2) => {
    if (event.routeKey === 'GET /console')
      return { statusCode: 302, headers: { location: `/console/${page}` } };
    const file = files().get(event.pathParameters?.['path'] ?? '');
    if (!file) return { statusCode: 404, headers: pageHeaders, body: 'There is no such page.\n' };
    const headers = { ...pageHeaders, etag: file.etag, 'cache-control': 'private, no-cache' };
    if (event.headers['if-none-match'] === file.etag) return { statusCode: 304, headers };
    return {
      statusCode: 200,
      headers: { ...headers, 'content-type': file.type, 'content-encoding': 'gzip' },
      body: file.gzip.toString('base64'),
      isBase64Encoded: true,
    };
  });
}

let files: ReadonlyMap<string, ConsoleFile> | undefined;

/** What Lambda calls. */
export const handler = consoleHandler(() => {
  files ??= readConsoleFiles(readConsoleFolder());
  return files;
});
