import { useEffect, useRef } from 'preact/hooks';
import type { Chart } from './chart.ts';
import { pace, resultsASecond, type Series } from './series.ts';
import type { Moment } from './watching.ts';

interface ChartsSettings {
  readonly moments: readonly Moment[];
  /** Whose pace is drawn. */
  readonly connection: string | undefined;
}

/** What a person would rather look at than read: how fast results come, and how fast the governor lets calls go. */
export function Charts({ moments, connection }: ChartsSettings) {
  const rates = resultsASecond(moments);
  const paces = pace(moments, connection);
  return (
    <div class="charts">
      <ChartField title="Results a second" names={['results']} series={rates} />
      <ChartField
        title={connection === undefined ? 'Calls a minute' : `Calls a minute: ${connection}`}
        names={['pace', 'answered']}
        series={paces}
      />
    </div>
  );
}

interface ChartSettings {
  readonly title: string;
  readonly names: readonly string[];
  readonly series: Series;
}

/** A chart; its code comes when the first one is shown. The newest values are said in words as well. */
function ChartField({ title, names, series }: ChartSettings) {
  const place = useRef<HTMLDivElement>(null);
  const chart = useRef<Chart | undefined>(undefined);
  const latest = useRef(series);
  latest.current = series;
  useEffect(() => {
    let isWanted = true;
    void import('./chart.ts').then(({ openChart }) => {
      if (isWanted && place.current) chart.current = openChart(place.current, names, latest.current);
    });
    return () => {
      isWanted = false;
      chart.current?.close();
    };
  }, []);
  useEffect(() => chart.current?.show(series), [series]);
  const [, ...lines] = series;
  const now = names.map((name, line) => `${name} ${Math.round((lines[line]?.at(-1) ?? 0) * 10) / 10}`);
  return (
    <figure class="chart">
      <figcaption>
        {title}{' '}
        <span class="legend">
          {now.map((text, line) => (
            <span key={text} class={`line-${line}`}>
              {text}
            </span>
          ))}
        </span>
      </figcaption>
      <div ref={place} aria-hidden="true" />
    </figure>
  );
}
