import { openDoors } from '../doors.ts';
import { type Agent, type Heard, handlerTransport, openAgent } from './agent.ts';

/** An agent at the doors, before connections that differ in what they may write. */
export interface AgentStage {
  readonly agent: Agent;
  readonly call: Agent['call'];
  /** Reads by the connection 'acme'. */
  read(operationId: string, inputs?: object, more?: object): Promise<Heard>;
  /** Writes by the connection 'acme'. */
  write(operationId: string, more: object): Promise<Heard>;
  /** How many companies ConnectWise has with an identifier. */
  countOf(identifier: string): Promise<unknown>;
  close(): Promise<void>;
}

export async function openAgentStage(): Promise<AgentStage> {
  const doors = await openDoors({ rows: 1_000 });
  await doors.connect('acme', { policy: { writes: ['postCompanyCompanies', 'PATCH /company/*'] } });
  await doors.connect('helpdesk', { policy: { writes: 'all' } });
  await doors.connect('open');
  await doors.connect('closed', { policy: { writes: 'none' } });
  const agent = await openAgent(handlerTransport());
  const { call } = agent;
  const read: AgentStage['read'] = (operationId, inputs = {}, more = {}) =>
    call('read_operation', { connection: 'acme', operationId, inputs, ...more });
  return {
    agent,
    call,
    read,
    write: (operationId, more) => call('write_operation', { connection: 'acme', operationId, ...more }),
    countOf: async (identifier) => {
      const { answer } = await read('getCompanyCompaniesCount', {
        conditions: `identifier = "${identifier}"`,
      });
      return answer['response'];
    },
    close: async () => {
      await agent.close();
      await doors.close();
    },
  };
}

/** What to write of a new company. */
export const company = (identifier: string) => ({ request: { name: 'A company', identifier } });
