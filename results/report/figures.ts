/** The figures of a report: chart, caption, values, downloads. It draws nothing itself. */
import { toVega } from '../charts/render.js';
import { describeColumns, toCsv, type Cell, type Column } from '../rows.js';
import { dataUri, element, escapeHtml } from './html.js';
import type { ReportFigure, ScoreRow, Table } from './model.js';
import { bandLine, unbroken, verdictMark } from './scoreboard.js';

/**
 * The figures under the names of their papers, in the order in which the papers come first; each with the claims that it measures.
 * Throws RangeError at an id that could not name a file.
 */
export function paperSections(figures: readonly ReportFigure[], scoreboard: readonly ScoreRow[]): string {
  const claims = new Map(scoreboard.map((row) => [row.id, row]));
  return papersOf(figures)
    .map(({ anchor, name, title }) => {
      const own = figures.filter(({ paper }) => paper === name);
      return `<section class="paper" id="${anchor}">
${element('h2', title)}
${own.map((figure) => figureSection(figure, claims)).join('\n')}
</section>`;
    })
    .join('\n');
}

const ownStudies = 'Studies of our own';

/** The papers that have figures, with where on the page theirs begin. */
export const papersOf = (figures: readonly ReportFigure[]): { readonly anchor: string; readonly name: string; readonly title: string }[] =>
  [...new Set(figures.map(({ paper }) => paper))].map((name, i) => ({
    anchor: `paper-${i + 1}`,
    name,
    title: name === '' ? ownStudies : name,
  }));

function figureSection(figure: ReportFigure, claims: ReadonlyMap<string, ScoreRow>): string {
  if (!/^[A-Za-z0-9][A-Za-z0-9-]*$/.test(figure.id))
    throw new RangeError(`"${figure.id}" cannot name a figure: letters, digits and dashes`);
  const { id } = figure;
  const source = figure.source === '' ? '' : ` ${element('small', figure.source)}`;
  const beside = figure.claims.flatMap((claim) => claims.get(claim) ?? []);
  return `<section class="figure" id="${id}">
<h3>${escapeHtml(figure.title)}${source}</h3>
<div class="beside" style="--chart-width:${widthOf(figure.svg)}"><figure>
<div class="wide"><div class="chart" data-figure="${id}">${inlineSvg(figure)}</div></div>
<figcaption>${escapeHtml(figure.caption)}</figcaption>
</figure>${beside.length === 0 ? '' : claimsBeside(beside)}</div>
<p class="links">Download ${links(figure)}</p>
<details><summary>Values</summary><div class="wide">${table(figure.points)}</div></details>
<p class="command">Draw it again: ${element('code', figure.command)}</p>
</section>`;
}

/** What the paper claims of a figure, as far as this run measured it. */
function claimsBeside(rows: readonly ScoreRow[]): string {
  const body = rows.map(
    (row) =>
      `<tr><td><a href="#claim-${escapeHtml(row.id)}">${escapeHtml(row.id)}</a>${element('span', row.statement, 'class="said"')}</td>` +
      `<td data-label="Paper">${escapeHtml(row.paper)}</td>` +
      `<td data-label="Simulated">${escapeHtml(row.simulated === '' ? '–' : unbroken(row.simulated))}${bandLine(row)}</td>` +
      `<td data-label="Verdict">${verdictMark(row.verdict)}</td></tr>`,
  );
  const head = ['Claim', 'Paper', 'Simulated', 'Verdict'].map((name) => element('th', name, 'scope="col"')).join('');
  return `<div class="wide claims-beside"><table class="cards"><thead><tr>${head}</tr></thead><tbody>
${body.join('\n')}
</tbody></table></div>`;
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
