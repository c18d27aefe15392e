/** The figures of a report: chart, caption, values, downloads. It draws nothing itself. */
import { toVega } from '../charts/render.js';
import { describeColumns, toCsv, type Cell, type Column } from '../rows.js';
import { dataUri, element, escapeHtml } from './html.js';
import type { ReportFigure, Table } from './model.js';

/** Throws RangeError at an id that could not name a file. */
export function figureSection(figure: ReportFigure): string {
  if (!/^[A-Za-z0-9][A-Za-z0-9-]*$/.test(figure.id))
    throw new RangeError(`"${figure.id}" cannot name a figure: letters, digits and dashes`);
  const { id } = figure;
  const source = figure.source === '' ? '' : ` ${element('small', figure.source)}`;
  return `<section class="figure" id="${id}">
<h2>${escapeHtml(figure.title)}${source}</h2>
<figure>
<div class="wide"><div class="chart" data-figure="${id}" style="--chart-width:${widthOf(figure.svg)}">${inlineSvg(figure)}</div></div>
<figcaption>${escapeHtml(figure.caption)}</figcaption>
</figure>
<p class="links">Download ${links(figure)}</p>
<details><summary>Values</summary><div class="wide">${table(figure.points)}</div></details>
<p class="command">Draw it again: ${element('code', figure.command)}</p>
</section>`;
}

/** The charts' Vega specifications by figure id, for the script of the page. */
export const figureSpecs = (figures: readonly ReportFigure[]): Record<string, unknown> =>
  Object.fromEntries(figures.map(({ id, spec }) => [id, toVega(spec)]));

function links({ id, svg, png, rows }: ReportFigure): string {
  const files: readonly (readonly [name: string, type: string, content: string | Uint8Array])[] = [
    [`${id}.svg`, 'image/svg+xml', svg],
    [`${id}.png`, 'image/png', png],
    [`${id}.csv`, 'text/csv', toCsv(rows.columns, rows.rows)],
    [`${id}.columns.json`, 'application/json', describeColumns(rows.columns)],
  ];
  return files
    .map(([name, type, content]) => `<a download="${name}" href="${dataUri(type, content)}">${name.slice(id.length + 1)}</a>`)
    .join(' ');
}

export function table({ columns, rows }: Table): string {
  const head = columns.map((column) => `<th scope="col" title="${escapeHtml(column.about)}">${escapeHtml(heading(column))}</th>`).join('');
  const body = rows.map((row) => `<tr>${columns.map(({ name }) => cell(row[name] ?? null)).join('')}</tr>`).join('\n');
  return `<table><thead><tr>${head}</tr></thead><tbody>\n${body}\n</tbody></table>`;
}

const heading = ({ name, unit }: Column): string => (unit === '' || unit === '1' ? name : `${name} (${unit})`);

function cell(value: Cell): string {
  if (value === null) return '<td></td>';
  if (typeof value === 'number') return `<td class="number">${Number(value.toPrecision(6))}</td>`;
  return element('td', String(value));
}

/** Identifiers within the SVG are made the figure's own: a page holds several. */
function inlineSvg({ id, svg }: ReportFigure): string {
  return svg.replace(/^<\?xml[^>]*>\s*/, '').replaceAll(/(id="|url\(#)(clip|gradient)/g, `$1${id}-$2`);
}

function widthOf(svg: string): number {
  return Math.ceil(Number(/<svg[^>]* width="([0-9.]+)"/.exec(svg)?.[1] ?? 0));
}
