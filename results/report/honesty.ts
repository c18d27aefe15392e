/** What speaks against a report's own results: what missed, with the reason as far as it is known; what was calibrated; what was assumed. */
import { element, escapeHtml } from './html.js';
import type { ParameterRow, ScoreRow } from './model.js';
import { bandLine, unbroken, verdictMark } from './scoreboard.js';

const doubtful = ['missed', 'fails', 'inconclusive'];

/** Nothing where no claim missed. */
export function misses(rows: readonly ScoreRow[]): string {
  const found = doubtful.flatMap((verdict) => rows.filter((row) => row.verdict === verdict));
  if (found.length === 0) return '';
  const body = found.map(
    (row) =>
      `<tr><td>${element('code', row.id)}${element('span', row.statement, 'class="said"')}</td>` +
      `<td data-label="Paper">${escapeHtml(row.paper)}${row.within === '' ? '' : element('small', unbroken(`within ${row.within}`))}</td>` +
      `<td data-label="Simulated">${escapeHtml(unbroken(row.simulated))}${bandLine(row)}</td>` +
      `<td data-label="Why">${verdictMark(row.verdict)}${element('span', row.why, 'class="why"')}</td></tr>`,
  );
  return section('misses', 'What missed, and why', ['Claim', 'Paper', 'Simulated', 'Why'], body, 'cards');
}

/** Parameters that were set so that a claim comes out, with how that claim came out; nothing where none was. */
export function calibrations(parameters: readonly ParameterRow[], rows: readonly ScoreRow[]): string {
  const found = parameters.filter(({ calibratedOn }) => calibratedOn !== '');
  if (found.length === 0) return '';
  const body = found.map(({ name, value, range, calibratedOn, source }) => {
    const claim = rows.find(({ id }) => id === calibratedOn);
    const outcome =
      claim === undefined
        ? ''
        : `${escapeHtml(claim.paper)}${element('small', claim.simulated === '' ? 'not simulated in this run' : unbroken(`simulated ${claim.simulated}`))}`;
    return (
      `<tr><td>${element('code', name)}${element('span', source, 'class="said"')}</td>` +
      `<td data-label="Set to">${escapeHtml(value)}${range === '' ? '' : element('small', `range ${range}`)}</td>` +
      `<td data-label="So that">${element('code', calibratedOn)}</td><td data-label="Comes out as">${outcome}</td></tr>`
    );
  });
  const lead =
    'Each of these parameters was set so that a claim comes out. These claims are not scored; all others that depend on the parameters are predictions. Bands leave calibrated parameters as they are.';
  return section('calibrations', 'Calibrations', ['Parameter', 'Set to', 'So that', 'Comes out as'], body, 'cards', lead);
}

/** Every parameter of the test-beds, folded away; nothing where there is none. */
export function parameterTable(rows: readonly ParameterRow[]): string {
  if (rows.length === 0) return '';
  const body = rows.map(
    ({ name, value, status, range, source, calibratedOn }) =>
      `<tr>${[name, value, range, status, calibratedOn === '' ? source : `${source}; calibrated on ${calibratedOn}`].map((text) => element('td', text)).join('')}</tr>`,
  );
  const head = ['Parameter', 'Value', 'Range', 'Status', 'Source'].map((name) => element('th', name, 'scope="col"')).join('');
  return `<section id="parameters"><h2>Parameters</h2><details><summary>${rows.length} parameters of the test-beds</summary>
<div class="wide"><table><thead><tr>${head}</tr></thead><tbody>
${body.join('\n')}
</tbody></table></div></details></section>`;
}

function section(id: string, title: string, headings: readonly string[], body: readonly string[], tableClass: string, lead = ''): string {
  const head = headings.map((name) => element('th', name, 'scope="col"')).join('');
  return `<section id="${id}">${element('h2', title)}
${lead === '' ? '' : element('p', lead, 'class="lead"')}
<div class="wide"><table class="${tableClass}"><thead><tr>${head}</tr></thead><tbody>
${body.join('\n')}
</tbody></table></div></section>`;
}
