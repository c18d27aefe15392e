/** The figures of a report: chart, caption, values, downloads. It draws nothing itself. */
import { hasSingleSeeds, overlayPlaces, toVega, withOverlay, zoomsOf } from '../charts/index.js';
import type { Cell, Column } from '../rows.js';
import type { Downloads } from './downloads.js';
import { element, escapeHtml } from './html.js';
import type { ReportFigure, ScoreRow, Table } from './model.js';
import { bandLine, unbroken, verdictMark } from './scoreboard.js';

/**
 * The figures under the names of their papers, in the order in which the papers come first; each with the claims that it measures.
 * Throws RangeError at an id that could not name a file.
 */
export function paperSections(figures: readonly ReportFigure[], scoreboard: readonly ScoreRow[], downloads: Downloads): string {
  const claims = new Map(scoreboard.map((row) => [row.id, row]));
  return papersOf(figures)
    .map(({ anchor, name, title }) => {
      const own = figures.filter(({ paper }) => paper === name);
      const list = own.map((figure) => `<li>${element('a', figure.title, `href="#${figure.id}"`)} ${element('small', figure.source)}</li>`);
      return `<section class="paper" id="${anchor}">
${element('h2', title)}
${own.length < 3 ? '' : `<details class="list"><summary>${own.length} charts</summary><ul>${list.join('')}</ul></details>`}
${own.map((figure) => figureSection(figure, claims, downloads)).join('\n')}
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
    title: name !== '' ? name : figures.some(({ paper }) => paper !== '') ? ownStudies : 'Figures',
  }));

/** One figure with all that belongs to it. Throws RangeError at an id that could not name a file. */
export function figureSection(figure: ReportFigure, claims: ReadonlyMap<string, ScoreRow>, downloads: Downloads): string {
  if (!/^[A-Za-z0-9][A-Za-z0-9-]*$/.test(figure.id))
    throw new RangeError(`"${figure.id}" cannot name a figure: letters, digits and dashes`);
  const { id } = figure;
  const source = figure.source === '' ? '' : ` ${element('small', figure.source)}`;
  const beside = figure.claims.flatMap((claim) => claims.get(claim) ?? []);
  return `<section class="figure" id="${id}">
<h3>${escapeHtml(figure.title)}${source}</h3>
<div class="beside" style="--chart-width:${widthOf(figure.svg)}"><figure>
<div class="wide"><div class="chart" data-figure="${id}">${inlineSvg(figure)}</div></div>
${seriesButtons(figure)}
<figcaption>${escapeHtml(figure.caption)}</figcaption>
</figure>${beside.length === 0 ? '' : claimsBeside(beside)}</div>
<p class="links">Download ${downloads.links(figure)}</p>
<details class="values"><summary>Values</summary><div class="wide">${table(figure.points)}</div></details>
<details class="config"><summary>Configuration</summary><pre>${escapeHtml(figure.config)}</pre></details>
<p class="command">Draw it again: ${element('code', figure.command)}</p>
</section>`;
}

/** What a click on the legend does, for those who use the keyboard; and a switch for single seeds. */
function seriesButtons({ id, spec }: ReportFigure): string {
  const series = overlayPlaces(spec)?.series ?? [];
  const button = (attribute: string, value: string, label: string, isOn: boolean): string =>
    `<button type="button" class="chip plain" aria-pressed="${isOn}" ${attribute}="${escapeHtml(value)}">${escapeHtml(label)}</button>`;
  const buttons = [
    ...(series.length < 2 ? [] : series.map((name) => button('data-series', name, name, true))),
    ...(hasSingleSeeds(spec) ? [button('data-signal', 'seeds', 'single seeds', false)] : []),
  ];
  if (zoomsOf(spec) !== null)
    for (const [step, label] of zoomSteps) buttons.push(`<button type="button" class="chip plain" data-zoom="${step}">${label}</button>`);
  if (buttons.length === 0) return '';
  return `<div class="series" role="group" aria-label="Show in the chart" data-figure="${id}" hidden>${buttons.join('')}</div>`;
}

const zoomSteps = [
  ['in', 'zoom in'],
  ['out', 'zoom out'],
  ['left', 'earlier'],
  ['right', 'later'],
  ['all', 'whole run'],
] as const;

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

/** By figure id, for the script of the page: the Vega specification, and where points of others can be laid over it. */
export const chartsOf = (figures: readonly ReportFigure[]): Record<string, unknown> =>
  Object.fromEntries(
    figures.map(({ id, spec, overlay }) => {
      const places = overlayPlaces(spec);
      return [id, { spec: toVega(places === null ? spec : withOverlay(spec, overlay)), places, zooms: zoomsOf(spec) }];
    }),
  );

/** Longer tables stand in the files only. */
const rowsShown = 60;

function table({ columns, rows }: Table): string {
  const head = columns.map((column) => `<th scope="col" title="${escapeHtml(column.about)}">${escapeHtml(heading(column))}</th>`).join('');
  const body = rows
    .slice(0, rowsShown)
    .map((row) => `<tr>${columns.map(({ name }) => cell(row[name] ?? null)).join('')}</tr>`)
    .join('\n');
  return `<table><thead><tr>${head}</tr></thead><tbody>\n${body}\n</tbody></table>${rows.length > rowsShown ? element('p', `${rows.length - rowsShown} more rows are in the CSV file.`) : ''}`;
}

const heading = ({ name, unit }: Column): string => (unit === '' || unit === '1' ? name : `${name} (${unit})`);

function cell(value: Cell): string {
  if (value === null) return '<td></td>';
  if (typeof value === 'number') return `<td class="number">${Number(value.toPrecision(6))}</td>`;
  return element('td', String(value));
}

/**
 * Identifiers within the SVG are made the figure's own: a page holds several. What each mark says of itself is left to the drawing that a
 * script makes, and to the table of values; what draws nothing, or is so anyway, is left out.
 */
function inlineSvg({ id, svg }: ReportFigure): string {
  const bare = withOneFont(withoutFineDots(svg))
    .replaceAll(/ aria-label="[^"]*" role="graphics-symbol" aria-roledescription="[^"]*"/g, '')
    .replaceAll(/<path class="(?:back|fore)ground" aria-hidden="true" d="(?:M0,0h0v0h0Z)?"[^>]*\/>/g, '')
    .replaceAll(/ (?:opacity="1"|pointer-events="none")/g, '');
  const rounded = bare.replaceAll(/ (?:d|transform|x1|x2|y1|y2|width|height)="[^"]*"/g, (attribute) =>
    attribute.replaceAll(/[0-9]+\.[0-9]{3,}/g, (number) => String(Number(Number(number).toFixed(2)))),
  );
  return rounded.replace(/^<\?xml[^>]*>\s*/, '').replaceAll(/(id="|url\(#)(clip|gradient)/g, `$1${id}-$2`);
}

/** The font of the first text is said once; only texts in another one say theirs. */
function withOneFont(svg: string): string {
  const font = / font-family="[^"]*"/.exec(svg)?.[0];
  return font === undefined ? svg : svg.replaceAll(font, '').replace('<svg', `<svg${font}`);
}

/** Without dots that lie within their line, by the hundreds: they are there for the mouse. */
function withoutFineDots(svg: string): string {
  const [before, ...groups] = svg.split(/(?=<g class="mark-symbol role-mark )/);
  return [
    before,
    ...groups.map((group) => (/^[^>]*points_marks"/.test(group) && group.split('<path').length > fineDots ? afterGroup(group) : group)),
  ].join('');
}
const fineDots = 160;
/** What follows a group that holds no other. */
const afterGroup = (group: string): string => group.slice(group.indexOf('</g>') + '</g>'.length);

function widthOf(svg: string): number {
  return Math.ceil(Number(/<svg[^>]* width="([0-9.]+)"/.exec(svg)?.[1] ?? 0));
}
