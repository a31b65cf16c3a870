/** Takes all tickets of the server at an origin, or one page of them. @returns how many rows came. */
export type Take = (origin: string, isOnePage: boolean) => Promise<number>;

/** What taking a collection cost a process that does nothing else. */
export interface Cost {
  readonly ms: number;
  readonly cpuMs: number;
  readonly peakMb: number;
}

/** Takes one page, so that connections are open, then all of them; prints what that cost as JSON. */
export async function measure(take: Take): Promise<void> {
  const [, , origin = '', rows = ''] = process.argv;
  await take(origin, true);
  const cpu = process.cpuUsage();
  const startMs = performance.now();
  const taken = await take(origin, false);
  const ms = performance.now() - startMs;
  const { user, system } = process.cpuUsage(cpu);
  if (taken !== Number(rows)) throw new Error(`${taken} of ${rows} rows came.`);
  const cost: Cost = {
    ms,
    cpuMs: (user + system) / 1000,
    peakMb: process.resourceUsage().maxRSS / 1024,
  };
  console.log(JSON.stringify(cost));
}
