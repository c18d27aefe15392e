/**
 * A result folder as one page of HTML that needs nothing else: no network, no server, no script to be readable.
 * It knows no experiment; what it shows comes as a ReportModel.
 */
import type { Manifest } from '../provenance.js';
import { scoreboardScript } from './behaviour.js';
import { chartScript } from './chart-behaviour.js';
import { Downloads } from './downloads.js';
import { chartsOf, figureSection, papersOf, paperSections } from './figures.js';
import { element, escapeHtml } from './html.js';
import { calibrations, misses, parameterTable } from './honesty.js';
import type { ReportModel } from './model.js';
import { overlayScript } from './overlay-behaviour.js';
import { packed, unpackScript } from './packed.js';
import { pageFonts } from './page-font.js';
import { chartRuntime, renderPage } from './page.js';
import { scoreboard } from './scoreboard.js';

/** Equal models give equal pages. Throws RangeError at two figures of one id, or an id that could not name a file. */
export function renderReport(model: ReportModel): string {
  const figures = [...model.overview, ...model.figures];
  if (new Set(figures.map(({ id }) => id)).size !== figures.length) throw new RangeError('two figures of one id in a report');
  const downloads = new Downloads();
  const overview = model.overview.map((figure) => figureSection(figure, new Map(), downloads));
  const main = [
    ...model.notices.map((notice) => element('p', notice, 'class="notice" role="alert"')),
    scoreboard(model.scoreboard, overview.join('\n')),
    misses(model.scoreboard),
    calibrations(model.parameters, model.scoreboard),
    numbersSection(model.numbers),
    paperSections(model.figures, model.scoreboard, downloads),
    figures.length === 0 ? '' : overlayChooser,
    parameterTable(model.parameters),
    provenance(model.manifest),
  ];
  const charts = figures.length === 0 ? '' : packed('data', { charts: chartsOf(figures), files: downloads.files(), fonts: pageFonts() });
  const scripts = [unpackScript, ...chartRuntime(), chartScript, overlayScript, beginScript];
  return renderPage({
    title: model.title,
    header: header(model),
    main: main.filter((part) => part !== '').join('\n') + charts,
    scripts: figures.length === 0 ? [scoreboardScript] : [scoreboardScript, ...scripts],
  });
}

const beginScript = `
'use strict';
const loadFonts = ({ range, faces }) => Promise.all(faces.map(async ({ weight, file }) => {
  const bytes = Uint8Array.from(atob(file), (c) => c.charCodeAt(0));
  document.fonts.add(await new FontFace('Source Sans 3', bytes, { weight, unicodeRange: range }).load());
}));
unpack('data').then(async ({ charts, files, fonts }) => {
  // Widths of texts are measured where a chart is drawn: the typeface comes first.
  await loadFonts(fonts);
  beginOverlay(charts, beginCharts(charts, files));
}).catch((error) => { console.error(error); });
`;

/** Works only where scripts run, and is shown only there. */
const overlayChooser = `<section id="overlay" hidden><h2>Points of your own</h2>
<p class="lead">Lay measurements or a baseline over any chart: a CSV file with the columns <code>figure,series,x,y</code>, and <code>panel</code> where a chart has panels. A figure goes by the name that its downloads have. Nothing leaves this page.</p>
<p><label for="overlay-file">CSV file</label> <input type="file" id="overlay-file" accept=".csv,text/csv"> <button type="button" class="download" id="overlay-clear">Take them off</button></p>
<p id="overlay-said" role="status"></p></section>`;

/** Nothing where there are none. */
function numbersSection(numbers: ReportModel['numbers']): string {
  if (numbers === undefined) return '';
  const { notes, header: names, rows } = numbers;
  const head = names.map((name) => element('th', name, 'scope="col"')).join('');
  const body = rows.map(
    ([name = '', ...cells]) => `<tr>${element('th', name, 'scope="row"')}${cells.map((cell) => element('td', cell)).join('')}</tr>`,
  );
  return `<section id="numbers"><h2>Numbers</h2>
${notes.map((note) => element('p', note, 'class="lead"')).join('\n')}
<div class="wide"><table><thead><tr>${head}</tr></thead><tbody>
${body.join('\n')}
</tbody></table></div></section>`;
}

function header({ title, manifest, figures, parameters, numbers, scoreboard: rows }: ReportModel): string {
  const anchors: (readonly [id: string, name: string])[] = [
    ...(numbers === undefined ? [] : [['numbers', 'Numbers'] as const]),
    ...(rows.length > 0 ? [['claims', 'Claims'] as const] : []),
    ...(misses(rows) === '' ? [] : [['misses', 'Misses'] as const]),
    ...(calibrations(parameters, rows) === '' ? [] : [['calibrations', 'Calibrations'] as const]),
    ...papersOf(figures).map((paper) => [paper.anchor, paper.title] as const),
    ...(parameters.length > 0 ? [['parameters', 'Parameters'] as const] : []),
    ['provenance', 'Provenance'],
  ];
  const links = anchors.map(([id, name]) => element('a', name, `href="#${id}"`));
  return `${element('h1', title)}
<p class="lead">${escapeHtml(`${manifest.program} ${manifest.code.describe}, seed ${manifest.seed}, ${manifest.finished.slice(0, 10)}`)}</p>
<nav aria-label="Contents">${links.join(' ')}</nav>`;
}

function provenance(manifest: Manifest): string {
  const { code } = manifest;
  const state = code.isDirty === null ? '' : code.isDirty ? ', with changes that are not committed' : ', clean';
  const entries: (readonly [string, string])[] = [
    ['Command', manifest.command.join(' ')],
    ['Code', `${code.describe}${code.commit === null ? '' : ` (${code.commit}${state})`}`],
    ['Configuration', `sha256 ${manifest.configSha256}`],
    ['Seed', String(manifest.seed)],
    ['Node', manifest.node],
    ['Packages', pairs(manifest.dependencies, ' ')],
    ...(Object.keys(manifest.inputs).length > 0 ? [['Inputs', pairs(manifest.inputs, ': sha256 ')] as const] : []),
    ['Started', manifest.started],
    ['Finished', manifest.finished],
  ];
  const files = Object.entries(manifest.outputs).map(([name, hash]) => `<tr>${element('td', name)}<td>${element('code', hash)}</td></tr>`);
  return `<section id="provenance"><h2>Provenance</h2><dl>
${entries.map(([term, text]) => element('dt', term) + element('dd', text)).join('\n')}
</dl>
<details class="values"><summary>${files.length} files with their SHA-256</summary><div class="wide"><table><thead><tr><th scope="col">File</th><th scope="col">SHA-256</th></tr></thead><tbody>
${files.join('\n')}
</tbody></table></div></details></section>`;
}

const pairs = (record: Readonly<Record<string, string>>, between: string): string =>
  Object.entries(record)
    .map(([name, value]) => name + between + value)
    .join(', ');
