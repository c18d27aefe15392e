/** The claims of a report as a table that can be sorted and filtered. It judges nothing. */
import { element, escapeHtml } from './html.js';
import type { ScoreRow } from './model.js';

/** One verdict in its colour. */
export const verdictMark = (verdict: string): string => `<span class="verdict ${tones[verdict] ?? 'plain'}">${escapeHtml(verdict)}</span>`;

/** Verdicts from what needs a look to what needs none: the order of the chips, and of a sort by verdict. */
const tones: Readonly<Record<string, 'bad' | 'unsure' | 'good' | 'open' | 'plain'>> = {
  missed: 'bad',
  fails: 'bad',
  inconclusive: 'unsure',
  within: 'good',
  holds: 'good',
  prediction: 'open',
  calibrated: 'plain',
  'not scored': 'plain',
  'not modelled': 'plain',
};
const rank = (verdict: string): number => {
  const place = Object.keys(tones).indexOf(verdict);
  return place < 0 ? Object.keys(tones).length : place;
};

const headings = ['Claim', 'Class', 'Paper', 'Simulated', 'Verdict', 'Calibrated on'];

/** What a value stands on: a parameter that was set for a claim, or none. */
const basisOf = ({ calibratedOn }: ScoreRow): string => (calibratedOn === '' ? 'predicted' : 'calibrated');

/** @param overview HTML between the counts and the table */
export function scoreboard(rows: readonly ScoreRow[], overview: string): string {
  if (rows.length === 0) return '';
  const head = headings.map((heading) => `<th scope="col"><button type="button">${escapeHtml(heading)}</button></th>`).join('');
  return `<section id="claims">
<h2>Claims</h2>
${byPaper(rows)}
${overview}
<div class="filters">
<div class="chips" role="group" aria-label="Show verdicts">${chips(rows, 'verdict', ({ verdict }) => verdict)}</div>
<div class="chips" role="group" aria-label="Show papers">${chips(rows, 'paper', ({ by }) => by)}</div>
<div class="chips" role="group" aria-label="Show by basis">${chips(rows, 'basis', basisOf)}</div>
<p class="search"><label for="search">Find</label> <input type="search" id="search" autocomplete="off"> <span id="shown" role="status"></span></p>
</div>
<div class="wide"><table class="sortable cards" id="scoreboard"><thead><tr>${head}</tr></thead>
<tbody>
${rows.map(line).join('\n')}
</tbody></table></div>
</section>`;
}

/** How many claims of each paper have each verdict. */
function byPaper(rows: readonly ScoreRow[]): string {
  const papers = [...new Set(rows.map(({ by }) => by))];
  const found = Object.keys(tones).filter((verdict) => rows.some((row) => row.verdict === verdict));
  const count = (paper: string, verdict: string): number => rows.filter((row) => row.by === paper && row.verdict === verdict).length;
  const head = ['Paper', ...found].map((name) => element('th', name, 'scope="col"')).join('');
  const body = papers
    .map((paper) => element('th', paper, 'scope="row"') + found.map((verdict) => number(count(paper, verdict))).join(''))
    .map((cells) => `<tr>${cells}</tr>`);
  return `<div class="wide"><table class="counts" id="by-paper"><thead><tr>${head}</tr></thead><tbody>
${body.join('\n')}
</tbody></table></div>`;
}

const number = (count: number): string => element('td', count === 0 ? '' : String(count), 'class="number"');

/** One button for each value, with how many claims have it. */
function chips(rows: readonly ScoreRow[], kind: string, valueOf: (row: ScoreRow) => string): string {
  const counts = new Map<string, number>();
  for (const row of rows) counts.set(valueOf(row), (counts.get(valueOf(row)) ?? 0) + 1);
  return [...counts]
    .sort(([a], [b]) => rank(a) - rank(b))
    .map(
      ([value, count]) =>
        `<button type="button" class="chip ${tones[value] ?? 'plain'}" aria-pressed="true" data-kind="${kind}" data-value="${escapeHtml(value)}"><b>${count}</b> ${escapeHtml(value)}</button>`,
    )
    .join('');
}

/** Keeps the two ends of an interval on one line. */
export const unbroken = (text: string): string => text.replace(/\[[^[\], ]+, [^[\], ]+\]/g, (pair) => pair.replace(' ', '\u00a0'));

/** The parameter-uncertainty band of a claim, below its interval; nothing where none was measured. */
export const bandLine = ({ band }: ScoreRow): string => (band === '' ? '' : element('small', `band ${band}`, 'class="band"'));

function line(row: ScoreRow): string {
  const cell = (index: number, content: string, sortBy?: string): string =>
    `<td data-label="${headings[index]}"${sortBy === undefined ? '' : ` data-sort="${escapeHtml(sortBy)}"`}>${content}</td>`;
  const bounds = row.within === '' ? '' : element('small', unbroken(`within ${row.within}`));
  const seeds = row.seeds === 0 ? '' : element('small', row.seeds === 1 ? '1 run' : `${row.seeds} seeds`);
  return `<tr id="claim-${escapeHtml(row.id)}" data-verdict="${escapeHtml(row.verdict)}" data-paper="${escapeHtml(row.by)}" data-basis="${basisOf(row)}">${[
    cell(0, `${element('code', row.id)}<span class="said">${escapeHtml(row.statement)}</span>${element('small', row.source)}`, row.id),
    cell(1, escapeHtml(row.class)),
    cell(2, escapeHtml(row.paper) + bounds, row.paper),
    cell(3, escapeHtml(row.simulated === '' ? '–' : unbroken(row.simulated)) + seeds + bandLine(row), row.simulated),
    cell(4, verdictMark(row.verdict) + (row.why === '' ? '' : element('span', row.why, 'class="why"')), String(rank(row.verdict))),
    cell(5, escapeHtml(row.calibratedOn)),
  ].join('')}</tr>`;
}
