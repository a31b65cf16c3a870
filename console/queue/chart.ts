import uPlot from 'uplot';
import type { Series } from './series.ts';

export interface Chart {
  show(series: Series): void;
  close(): void;
}

const heightPx = 150;
/** A chart that was just opened is not drawn in a corner; one that stays open shows the last five minutes. */
const leastSeconds = 30;
const mostSeconds = 300;

/** Draws lines over time in the page's own colours, as wide as the place is. */
export function openChart(place: HTMLElement, names: readonly string[], series: Series): Chart {
  let shown = series;
  const draw = () => new uPlot(optionsOf(place, names), dataOf(shown), place);
  let plot = draw();
  const resizing = new ResizeObserver(() => plot.setSize({ width: place.clientWidth, height: heightPx }));
  resizing.observe(place);
  // A canvas does not follow the page's variables: it is drawn anew when they change.
  const redraw = () => {
    plot.destroy();
    plot = draw();
  };
  const dark = matchMedia('(prefers-color-scheme: dark)');
  dark.addEventListener('change', redraw);
  const toggled = new MutationObserver(redraw);
  toggled.observe(document.documentElement, { attributeFilter: ['data-theme'] });
  return {
    show: (next) => {
      shown = next;
      plot.setData(dataOf(next));
    },
    close: () => {
      resizing.disconnect();
      toggled.disconnect();
      dark.removeEventListener('change', redraw);
      plot.destroy();
    },
  };
}

function dataOf([times, ...lines]: Series): uPlot.AlignedData {
  return [[...times], ...lines.map((line) => [...line])];
}

/** A variable's own text says both colours, for light and for dark: what an element makes of it is the one that holds. */
function resolvedColour(place: HTMLElement, name: string): string {
  place.style.color = `var(${name})`;
  const { color } = getComputedStyle(place);
  place.style.color = '';
  return color;
}

const clockText = (seconds: number) => new Date(seconds * 1000).toTimeString().slice(0, 8);

function optionsOf(place: HTMLElement, names: readonly string[]): uPlot.Options {
  const colour = (name: string) => resolvedColour(place, name);
  const axis = {
    stroke: colour('--muted'),
    grid: { stroke: colour('--line'), width: 1 },
    ticks: { show: false },
  };
  const lines = [colour('--accent'), colour('--muted')];
  return {
    width: Math.max(200, place.clientWidth),
    height: heightPx,
    legend: { show: false },
    cursor: { show: false },
    axes: [
      { ...axis, space: 70, size: 30, values: (_, times) => times.map(clockText) },
      { ...axis, size: 44 },
    ],
    scales: {
      x: {
        range: (_, first, last) => [Math.max(last - mostSeconds, Math.min(first, last - leastSeconds)), last],
      },
      y: { range: (_, __, most) => [0, Math.max(1, (most ?? 0) * 1.1)] },
    },
    series: [
      {},
      ...names.map((label, line) => ({
        label,
        stroke: lines[line] ?? colour('--accent'),
        width: 2,
        ...(line === 0 && names.length === 1 && { fill: colour('--accent-soft') }),
        points: { show: false },
      })),
    ],
  };
}
