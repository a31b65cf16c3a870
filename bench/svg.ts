import { inUnit, type Unit } from './report.ts';

/** Charts as SVG texts, in the few colours that say something: the connector's own, and grey for all others. */
const ownColour = '#2563eb';
const otherColour = '#9ca3af';
const lineColours = [ownColour, '#d97706', '#059669', '#7c3aed', '#dc2626'];
const width = 760;
const [nameWidth, valueWidth] = [370, 90];
const rowHeight = 26;
const top = 48;

export interface Bar {
  readonly name: string;
  readonly value: number;
  readonly isOwn: boolean;
}

/** Bars from zero, so that lengths compare as the figures do. */
export function bars(title: string, unit: Unit, rows: readonly Bar[]): string {
  const longest = Math.max(...rows.map(({ value }) => value));
  const scale = (width - nameWidth - valueWidth) / (longest || 1);
  const drawn = rows.map(({ name, value, isOwn }, place) => {
    const y = top + place * rowHeight;
    const length = Math.max(1, value * scale);
    return [
      text(nameWidth - 10, y + 16, name, 'end'),
      `<rect x="${nameWidth}" y="${y + 3}" width="${length.toFixed(1)}" height="${rowHeight - 8}" rx="2" fill="${isOwn ? ownColour : otherColour}"/>`,
      text(nameWidth + length + 8, y + 16, inUnit(value, unit), 'start'),
    ].join('');
  });
  return picture(title, top + rows.length * rowHeight + 12, drawn);
}

export interface Line {
  readonly name: string;
  readonly points: readonly { readonly x: number; readonly y: number }[];
}

/** Lines over a logarithmic axis, from zero up. */
export function lines(title: string, unit: Unit, all: readonly Line[]): string {
  const [left, right, height] = [60, width - 50, 220];
  const points = all.flatMap((line) => line.points);
  const logs = points.map(({ x }) => Math.log10(x));
  const [least, most] = [Math.min(...logs), Math.max(...logs)];
  const highest = Math.max(...points.map(({ y }) => y)) * 1.15;
  const placeX = (x: number) => left + ((Math.log10(x) - least) / (most - least || 1)) * (right - left);
  const placeY = (y: number) => top + height - (y / highest) * height;
  const decades = Array.from(
    { length: Math.floor(most) - Math.ceil(least) + 1 },
    (_, it) => 10 ** (Math.ceil(least) + it),
  );
  const grid = [0, 0.25, 0.5, 0.75, 1].map((share) => {
    const y = placeY(highest * share);
    return `<line x1="${left}" y1="${y}" x2="${right}" y2="${y}" stroke="#e5e7eb"/>${text(left - 8, y + 4, inUnit(highest * share, unit), 'end')}`;
  });
  const axis = decades.map((x) => text(placeX(x), top + height + 18, x.toLocaleString('en'), 'middle'));
  const drawn = all.map((line, place) => {
    const colour = lineColours[place % lineColours.length] ?? otherColour;
    const path = line.points.map(({ x, y }) => `${placeX(x).toFixed(1)},${placeY(y).toFixed(1)}`).join(' ');
    const dots = line.points.map(
      ({ x, y }) =>
        `<circle cx="${placeX(x).toFixed(1)}" cy="${placeY(y).toFixed(1)}" r="3" fill="${colour}"/>`,
    );
    const y = top + height + 42 + place * 20;
    const key = `<rect x="${left}" y="${y - 10}" width="12" height="12" fill="${colour}"/>${text(left + 20, y, line.name, 'start')}`;
    return `<polyline points="${path}" fill="none" stroke="${colour}" stroke-width="2"/>${dots.join('')}${key}`;
  });
  return picture(title, top + height + 46 + all.length * 20, [...grid, ...axis, ...drawn]);
}

function picture(title: string, height: number, drawn: readonly string[]): string {
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-label="${escaped(title)}" font-family="system-ui, sans-serif" font-size="13">`,
    `<rect width="${width}" height="${height}" rx="6" fill="#ffffff"/>`,
    `<text x="16" y="26" font-size="15" font-weight="600" fill="#111827">${escaped(title)}</text>`,
    ...drawn,
    '</svg>\n',
  ].join('\n');
}

const text = (x: number, y: number, content: string, anchor: 'start' | 'middle' | 'end') =>
  `<text x="${x.toFixed(1)}" y="${y.toFixed(1)}" text-anchor="${anchor}" fill="#374151">${escaped(content)}</text>`;

const escaped = (content: string): string =>
  content.replaceAll(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);
