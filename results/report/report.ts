/**
 * A result folder as one page of HTML that needs nothing else: no network, no server, no script to be readable.
 * It knows no experiment; what it shows comes as a ReportModel.
 */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import type { Manifest } from '../provenance.js';
import { pageScript } from './behaviour.js';
import { figureSpecs, papersOf, paperSections } from './figures.js';
import { element, escapeHtml, inlineJson, inlineScript } from './html.js';
import { styleSheet } from './look.js';
import { calibrations, misses, parameterTable } from './honesty.js';
import type { ReportModel } from './model.js';
import { scoreboard } from './scoreboard.js';

/** Scripts may run only from the page itself, never from text that is made on the way; nothing may be fetched. */
const policy =
  "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'";

/** Equal models give equal pages. Throws RangeError at two figures of one id, or an id that could not name a file. */
export function renderReport(model: ReportModel): string {
  const ids = new Set(model.figures.map(({ id }) => id));
  if (ids.size !== model.figures.length) throw new RangeError('two figures of one id in a report');
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="icon" href="data:,">
${element('title', model.title)}
<style>${styleSheet}</style>
</head>
<body>
${header(model)}
<main>
${model.notices.map((notice) => element('p', notice, 'class="notice" role="alert"')).join('\n')}
${scoreboard(model.scoreboard)}
${misses(model.scoreboard)}
${calibrations(model.parameters, model.scoreboard)}
${paperSections(model.figures, model.scoreboard)}
${parameterTable(model.parameters)}
${provenance(model.manifest)}
</main>
${scripts(model)}
</body>
</html>
`;
}

function header({ title, manifest, figures, parameters, scoreboard: rows }: ReportModel): string {
  const anchors: (readonly [id: string, name: string])[] = [
    ...(rows.length > 0 ? [['claims', 'Claims'] as const] : []),
    ...(misses(rows) === '' ? [] : [['misses', 'Misses'] as const]),
    ...(calibrations(parameters, rows) === '' ? [] : [['calibrations', 'Calibrations'] as const]),
    ...papersOf(figures).map((paper) => [paper.anchor, paper.title] as const),
    ...(parameters.length > 0 ? [['parameters', 'Parameters'] as const] : []),
    ['provenance', 'Provenance'],
  ];
  const links = anchors.map(([id, name]) => element('a', name, `href="#${id}"`));
  return `<header>
${element('h1', title)}
<p class="lead">${escapeHtml(`${manifest.program} ${manifest.code.describe}, seed ${manifest.seed}, ${manifest.finished.slice(0, 10)}`)}</p>
<nav aria-label="Contents">${links.join(' ')}</nav>
</header>`;
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
    ['Files', pairs(manifest.outputs, ': sha256 ')],
    ['Started', manifest.started],
    ['Finished', manifest.finished],
  ];
  return `<section id="provenance"><h2>Provenance</h2><dl>
${entries.map(([term, text]) => element('dt', term) + element('dd', text)).join('\n')}
</dl></section>`;
}

const pairs = (record: Readonly<Record<string, string>>, between: string): string =>
  Object.entries(record)
    .map(([name, value]) => name + between + value)
    .join(', ');

function scripts({ figures }: ReportModel): string {
  const runtime = figures.length === 0 ? [] : [runtimeScript('vega', 'vega.min.js'), runtimeScript('vega-embed', 'vega-embed.min.js')];
  return [...runtime, `const charts = ${inlineJson(figureSpecs(figures))};${pageScript}`]
    .map((code) => `<script>${inlineScript(code)}</script>`)
    .join('\n');
}

const require = createRequire(import.meta.url);
/** The build for browsers that lies beside a package's main module. */
const runtimeScript = (name: string, file: string): string =>
  readFileSync(path.join(path.dirname(require.resolve(name)), file), 'utf8').replace(/\/\/# sourceMappingURL=.*$/gm, '');
