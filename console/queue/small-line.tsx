import type { Pace } from './watching.ts';

const [widthPx, heightPx] = [72, 18];
/** A minute and a half, at one look a second. */
const looks = 90;

/** How the governor paced a connection lately, and what was answered: too small to read, so the numbers stand beside it. */
export function SmallLine({ paces }: { readonly paces: readonly (Pace | undefined)[] }) {
  const recent = paces.slice(-looks);
  const most = Math.max(1, ...recent.flatMap((it) => (it ? [it.perMinute, it.answeredPerMinute] : [])));
  const lineOf = (value: (it: Pace) => number) =>
    recent
      .flatMap((it, place) => (it ? [`${xOf(place, recent.length)},${yOf(value(it) / most)}`] : []))
      .join(' ');
  return (
    <svg class="small-line" width={widthPx} height={heightPx} aria-hidden="true">
      <polyline class="answered" points={lineOf(({ answeredPerMinute }) => answeredPerMinute)} />
      <polyline class="pace" points={lineOf(({ perMinute }) => perMinute)} />
    </svg>
  );
}

/** The newest stands at the right, however few there are. */
const xOf = (place: number, count: number) =>
  Math.round((widthPx - 1 - ((count - 1 - place) / (looks - 1)) * (widthPx - 2)) * 10) / 10;
const yOf = (share: number) => Math.round((heightPx - 2 - share * (heightPx - 4)) * 10) / 10;
