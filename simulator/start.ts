import { parseArgs } from 'node:util';
import { loadCatalogue } from '../lib/catalogue/loading.ts';
import { createSimulator, type Simulator } from './server.ts';

/** Says where the simulator is and what a connection to it needs. */
function welcome({ url, company, credentials }: Simulator, operations: number): string {
  return [
    `A simulated ConnectWise Manage answers ${operations} operations at ${url}`,
    '',
    `  discovery  ${url}/login/companyinfo/${company}`,
    `  siteUrl    ${url}`,
    `  username   ${credentials.username}`,
    `  password   ${credentials.password}`,
    `  clientId   ${credentials.clientId}`,
    '',
    'It forgets everything when it ends. Press Ctrl+C to end it.',
  ].join('\n');
}

/** The port of `--port`; 0 takes a free one. */
function portOf(text: string): number {
  const port = Number(text);
  if (Number.isInteger(port) && port >= 0 && port <= 65_535) return port;
  throw new Error(`--port is '${text}'. Give a whole number from 0 to 65535.`);
}

async function start(): Promise<void> {
  const { values } = parseArgs({
    options: { port: { type: 'string', default: '0' }, catalogue: { type: 'string', default: '.catalogue' } },
  });
  const port = portOf(values.port);
  const catalogue = loadCatalogue(values.catalogue);
  const simulator = await createSimulator({ catalogue, port });
  console.log(welcome(simulator, catalogue.size));
  process.once('SIGINT', () => simulator.close());
}

/** `npm run simulator [-- --port 8080]`: stays up until Ctrl+C. */
try {
  await start();
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
}
