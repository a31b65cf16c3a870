import type { Switches } from '../../simulator/contract.ts';
import { type Door, Ended } from './door.ts';
import { doorProbes } from './door-probes.ts';
import { listProbes } from './list-probes.ts';
import type { Finding, Probe } from './probe.ts';

/** What a run learned; `npm run simulator -- --contract FILE` takes its `switches`. */
interface ContractReport {
  readonly at: string;
  readonly calls: number;
  readonly findings: readonly (Pick<Probe, 'name' | 'section'> & Pick<Finding, 'learned'>)[];
  readonly switches: Switches;
  /** Why it ended before all was asked; undefined where it did not. */
  readonly ended?: string;
}

/** Which of the open questions reading alone cannot answer. */
const unasked = 'Not asked, because it needs writes, load or a receiver: §13.8 to 10, 12 to 14, 16.';

export async function runContract(door: Door, at: Date): Promise<ContractReport> {
  const findings: ContractReport['findings'][number][] = [];
  let switches: Switches = {};
  let ended: string | undefined;
  for (const { name, section, run } of [...doorProbes, ...listProbes]) {
    try {
      const { learned, switches: found } = await run(door);
      findings.push({ name, section, learned });
      switches = { ...switches, ...found };
    } catch (error) {
      if (error instanceof Ended) {
        ended = error.message;
        break;
      }
      // A fetch error may name the URL; its kind is enough.
      const why = error instanceof Error ? error.name : 'unknown error';
      findings.push({ name, section, learned: `Not told: the call failed (${why}).` });
    }
  }
  return {
    at: at.toISOString(),
    calls: door.calls(),
    findings,
    switches,
    ...(ended !== undefined && { ended }),
  };
}

export function markdownOf({ at, calls, findings, switches, ended }: ContractReport): string {
  return [
    '# What ConnectWise does here',
    `Asked at ${at} with ${calls} calls that read.${ended === undefined ? '' : ` It ended early: ${ended}.`}`,
    [
      '| question | of | learned |',
      '| --- | --- | --- |',
      ...findings.map((it) => `| ${it.name} | ${it.section} | ${it.learned} |`),
    ].join('\n'),
    `As switches of the simulator:\n\n\`\`\`json\n${JSON.stringify(switches, null, 2)}\n\`\`\``,
    `${unasked}\n`,
  ].join('\n\n');
}
