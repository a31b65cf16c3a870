/** How fast something goes, by what was done lately. */
interface Pace {
  /** @returns such as `, 140 a second, about 6 min left`; nothing while too little is known. */
  of(done: number, total: number): string;
}

/** So much of the past counts: a connection that begins slowly is soon as fast as it can be. */
const lookBackMs = 30_000;
const leastMs = 3_000;
const markEveryMs = 1_000;

export function createPace(now: () => number): Pace {
  let marks: readonly { readonly atMs: number; readonly done: number }[] = [];
  return {
    of: (done, total) => {
      const atMs = now();
      const newest = marks.at(-1);
      if (!newest || atMs - newest.atMs >= markEveryMs)
        marks = [...marks.filter((mark) => mark.atMs >= atMs - lookBackMs), { atMs, done }];
      const oldest = marks[0] ?? { atMs, done };
      const spanMs = atMs - oldest.atMs;
      const count = done - oldest.done;
      if (spanMs < leastMs || count <= 0 || done >= total) return '';
      const perSecond = (count * 1000) / spanMs;
      const speed = perSecond < 10 ? perSecond.toFixed(1) : String(Math.round(perSecond));
      return `, ${speed} a second, about ${spanText((total - done) / perSecond)} left`;
    },
  };
}

function spanText(seconds: number): string {
  if (seconds < 90) return `${Math.ceil(seconds)} s`;
  return seconds < 5_400 ? `${Math.round(seconds / 60)} min` : `${Math.round(seconds / 3_600)} h`;
}
