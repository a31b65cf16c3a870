import { Server } from '@modelcontextprotocol/sdk/server/index.js';
import { WebStandardStreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/webStandardStreamableHttp.js';
import {
  CallToolRequestSchema,
  type CallToolResult,
  ListToolsRequestSchema,
  ToolSchema,
} from '@modelcontextprotocol/sdk/types.js';
import { StoreUnavailable } from '../../lib/versioned-store.ts';
import { invocationStatus } from './invocation-status.ts';
import { readOperation } from './read-operation.ts';
import { searchOperations } from './search-operations.ts';
import { showOperation } from './show-operation.ts';
import { refusal, type Told, type Tool, type Visit } from './tool.ts';
import { writeOperation } from './write-operation.ts';

const tools: readonly Tool[] = [
  searchOperations,
  showOperation,
  readOperation,
  writeOperation,
  invocationStatus,
];

const instructions = `Runs operations of ConnectWise Manage (PSA): tickets, companies, contacts, agreements, time entries, some 3,000 operations.
Find an operation with search_operations, see what it needs with show_operation, then read_operation or write_operation.
For lists give inputs.conditions, inputs.fields and inputs.pageSize: an answer holds some 20 KB, and says how to get the rest.
A write takes two calls: the first sends nothing and answers a dry run with a token; the second, with confirm, sends it, once.`;

const described = tools.map(({ call: _, ...tool }) => ToolSchema.parse(tool));

/** Answers one message of an agent. Server and transport live as long as the call: nothing is kept between calls. */
export async function answerAgent(request: Request, visit: Visit): Promise<Response> {
  const server = new Server(
    { name: 'manage-connector', title: 'Manage Connector', version: '1' },
    { capabilities: { tools: {} }, instructions },
  );
  server.setRequestHandler(ListToolsRequestSchema, () => ({ tools: described }));
  server.setRequestHandler(CallToolRequestSchema, async ({ params }) =>
    resultOf(await callTool(params.name, params.arguments ?? {}, visit)),
  );
  const transport = new WebStandardStreamableHTTPServerTransport({ enableJsonResponse: true });
  await server.connect(transport);
  try {
    return await transport.handleRequest(request);
  } finally {
    await server.close();
  }
}

async function callTool(name: string, given: unknown, visit: Visit): Promise<Told> {
  const tool = tools.find((it) => it.name === name);
  if (!tool) return refusal(`unknown_tool: There is no tool '${name}'. There are ${names}.`);
  try {
    return await tool.call(given, visit);
  } catch (error) {
    if (error instanceof StoreUnavailable)
      return refusal(`journal_unavailable: ${error.message} Nothing was sent. Try again in a few seconds.`);
    // The protocol's library would put the error's own message into the answer, and that may quote a request.
    visit.services.watch.crashed({ route: `mcp ${name}`, delivery: visit.delivery }, error);
    return refusal(
      `internal_error: The connector failed. Quote the id ${visit.delivery} to whoever runs it.`,
    );
  }
}

const names = tools.map(({ name }) => name).join(', ');

/** Structured, and the same as text for clients that show no structure to their model. */
function resultOf(told: Told): CallToolResult {
  if (told.kind === 'refusal') return { isError: true, content: [{ type: 'text', text: told.sentence }] };
  return {
    content: [{ type: 'text', text: JSON.stringify(told.answer) }],
    structuredContent: told.answer,
  };
}
