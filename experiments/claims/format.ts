/**
 * The ledger with its verdicts as a text table and as JSON. It judges nothing.
 */
import type { ScorePair, ScoreRow } from '../../results/report/index.js';
import { bandEnds, bandInWords, underDetermined, type Band } from './band.js';
import { leaves, mapLeaves, type Aggregate } from './bounds.js';
import { countVerdicts, seedsOf, type ClaimResult } from './evaluate.js';

/** One claim as the command line prints it with `--json`. */
export interface ClaimJson {
  readonly id: string;
  readonly source: string;
  readonly statement: string;
  readonly class: string;
  /** The paper's value, or `withheld`. */
  readonly paper: unknown;
  readonly within: unknown;
  /** The ledger's words that the bounds were derived from, where it has no numbers. */
  readonly withinFrom: string | null;
  /** Mean over seeds, in the ledger's shape; null where nothing was measured. */
  readonly simulated: unknown;
  /** The 95 % interval [low, high] at each number. */
  readonly interval: unknown;
  /** [low, high] at each number while the parameters that the paper leaves open move within their ranges; null where that was not measured. */
  readonly band: unknown;
  /** What stands behind the band. */
  readonly bandOf: Omit<Band, 'value'> | null;
  readonly seeds: number;
  readonly verdict: string;
  /** Whether a value that is not scored lies inside its bounds. */
  readonly stand: string | null;
  readonly calibratedOn: string | null;
  readonly why: string | null;
}

export function claimsJson(results: readonly ClaimResult[]): ClaimJson[] {
  return results.map((result) => ({
    id: result.claim.id,
    source: `${result.claim.paper} ${result.claim.locus}`,
    statement: result.claim.statement,
    class: result.claim.class,
    paper: result.claim.expected,
    within: result.bounds,
    withinFrom: result.boundsFrom,
    simulated: result.simulated === null ? null : mapLeaves(result.simulated, ({ mean }) => mean),
    interval: result.simulated === null ? null : mapLeaves(result.simulated, ({ low, high }) => [low, high]),
    band: result.band === null ? null : bandEnds(result.band),
    bandOf: result.band === null ? null : behind(result.band),
    seeds: seedsOf(result),
    verdict: result.verdict,
    stand: result.stand,
    calibratedOn: result.calibratedOn,
    why: explain(result) === '' ? null : explain(result),
  }));
}

const behind = ({ samples, seeds, holds, scale }: Band): Omit<Band, 'value'> => ({ samples, seeds, holds, scale });

/** The rows of a report's scoreboard. */
export function scoreRows(results: readonly ClaimResult[]): ScoreRow[] {
  return results.map((result) => ({
    id: result.claim.id,
    by: result.claim.paper,
    source: `${result.claim.paper} ${result.claim.locus}`,
    statement: result.claim.statement,
    class: result.claim.class,
    paper: formatPaper(result.claim.expected),
    within: result.bounds === null ? '' : compact(result.bounds),
    simulated: formatSimulated(result.simulated),
    band: result.band === null ? '' : bandInWords(result.band),
    seeds: seedsOf(result),
    verdict: result.verdict,
    calibratedOn: result.calibratedOn ?? '',
    why: explain(result),
    pairs: result.simulated === null ? [] : pairsOf(result.claim.expected, result.simulated, ''),
  }));
}

/** Leaf by leaf, where the paper and the simulator have a number under the same name. */
function pairsOf(expected: unknown, simulated: Aggregate, name: string): ScorePair[] {
  if (typeof expected === 'number') {
    const [only, ...more] = leaves(simulated);
    return only === undefined || more.length > 0 ? [] : [{ name, paper: expected, simulated: only.mean, low: only.low, high: only.high }];
  }
  if (typeof expected !== 'object' || expected === null || leaves(simulated)[0] === simulated) return [];
  const below = simulated as Readonly<Record<string, Aggregate>>;
  return Object.entries(expected).flatMap(([key, part]) =>
    Object.hasOwn(below, key) ? pairsOf(part, below[key]!, name === '' ? key : `${name}/${key}`) : [],
  );
}

/** A text table of all results, one claim a line, then the sentences of those that need one, then the count of each verdict. */
export function claimsTable(results: readonly ClaimResult[]): string {
  const header = ['claim', 'class', 'paper', 'simulated', 'verdict', 'calibrated on'];
  const cells = scoreRows(results).map((row) => [row.id, row.class, row.paper, row.simulated, row.verdict, row.calibratedOn]);
  const clipped = [header, ...cells].map((line) => line.map((cell, i) => clip(cell, i === 3 ? 60 : 32)));
  const widths = header.map((_, i) => Math.max(...clipped.map((line) => line[i]!.length)));
  const lines = clipped.map((line) =>
    line
      .map((cell, i) => cell.padEnd(widths[i]!))
      .join('  ')
      .trimEnd(),
  );
  const notes = results.flatMap((result) => {
    const why = explain(result);
    return why === '' ? [] : [`${result.claim.id}: ${why}`];
  });
  const bands = results.flatMap(({ claim, band }) => (band === null ? [] : [`${claim.id}: band ${bandInWords(band)}`]));
  const counts = countVerdicts(results).map(([verdict, count]) => `${count} ${verdict}`);
  return `${[...lines, ...(notes.length > 0 ? ['', ...notes] : []), ...(bands.length > 0 ? ['', ...bands] : []), '', `${results.length} claims: ${counts.join(', ')}`].join('\n')}\n`;
}

/** `3.11 [3.05, 3.17]`; a point has no interval; of a structure, each part under its name. */
export function formatSimulated(value: Aggregate | null): string {
  if (value === null) return '';
  const shown = mapLeaves(value, ({ mean, low, high }) =>
    low === high ? number(mean) : `${number(mean)} [${number(low)}, ${number(high)}]`,
  );
  return leaves(value).length === 0 ? '' : nested(shown);
}

function explain(result: ClaimResult): string {
  const parts = [result.why ?? ''];
  if (result.boundsFrom !== null) parts.push(`Bounds derived from "${result.boundsFrom}".`);
  if (result.stand !== null && (result.verdict === 'calibrated' || result.verdict === 'not scored')) {
    const words = { inside: 'Inside its bounds', outside: 'Outside its bounds', across: 'Across a bound' }[result.stand];
    parts.push(`${words}; not scored.`);
  }
  parts.push(underDetermined(result) ?? '');
  return parts.filter((part) => part !== '').join(' ');
}

const formatPaper = (expected: unknown): string => (typeof expected === 'string' ? expected : compact(expected));

/** JSON as people write it: no quotes around names, a space after a comma. */
const compact = (value: unknown): string =>
  typeof value === 'number' ? number(value) : Array.isArray(value) ? `[${value.map(compact).join(', ')}]` : nested(value);

function nested(value: unknown): string {
  if (typeof value === 'number') return number(value);
  if (typeof value === 'string') return value;
  if (Array.isArray(value)) return value.map(nested).join(', ');
  if (typeof value !== 'object' || value === null) return String(value);
  return Object.entries(value)
    .map(([key, part]: [string, unknown]) => `${key} ${typeof part === 'object' ? compact(part) : nested(part)}`)
    .join('; ');
}

const number = (value: number): string => (Number.isInteger(value) ? String(value) : String(Number(value.toPrecision(4))));
const clip = (text: string, most: number): string => (text.length <= most ? text : `${text.slice(0, most - 1)}…`);
