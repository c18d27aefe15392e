/** Two folders of results side by side, in words: versions and config, rows, metrics that moved. It runs nothing. */
import { tableDifference, treeDifferences, type TableDifference, type TreeDifference } from '../../results/compare/difference.js';
import { effectsOf, type Effect, type MetricPairs } from '../../results/compare/effects.js';
import { shortNumber, verdictOf } from '../../results/compare/verdict.js';
import { differencesOf } from '../../results/manifest-file.js';
import { mean } from '../../results/statistics/index.js';
import type { ResultFolder } from './result-folder.js';

/** Sections of a config that say what the guest is asked to do, not how it is done. */
const work: ReadonlySet<string> = new Set([
  'study',
  'workload',
  'requests',
  'trace',
  'postmark',
  'program',
  'starts',
  'guest',
  'snapshots',
]);

export interface FolderDifference {
  /** Code, versions, inputs: a sentence each. */
  readonly versions: readonly string[];
  readonly config: readonly TreeDifference[];
  /** Parts of the config in which the two were asked for other work: none of their metrics is then better or worse. */
  readonly otherWork: readonly string[];
  readonly tables: readonly (Omit<TableDifference, 'metrics'> & {
    /** Which part of the folder; an empty text for the whole. */
    readonly name: string;
    readonly moved: readonly Moved[];
    readonly unmoved: number;
  })[];
  /** Tables that only one of the two has. */
  readonly missing: readonly string[];
}

/** A metric at a point whose mean is another one. */
export interface Moved {
  readonly metric: string;
  readonly at: string;
  readonly unit: string;
  readonly n: number;
  readonly a: number;
  readonly b: number;
  /** b / a - 1; null where a is 0. */
  readonly change: number | null;
  /** Null below two pairs: one run says nothing of chance. */
  readonly effect: Effect | null;
}

export function folderDifference(a: ResultFolder, b: ResultFolder): FolderDifference {
  const both = [...a.tables.keys()].filter((name) => b.tables.has(name));
  const all = new Set([...a.tables.keys(), ...b.tables.keys()]);
  const config = treeDifferences(a.manifest.config, b.manifest.config);
  return {
    versions: differencesOf(a.manifest, b.manifest).filter((line) => !line.startsWith('config: ')),
    config,
    otherWork: config.flatMap(({ path }) => (work.has(path.split('.')[0]!) ? [path] : [])),
    tables: both.map((name) => {
      const { metrics, ...difference } = tableDifference(a.tables.get(name)!, b.tables.get(name)!);
      const changed = metrics.filter((pairs) => pairs.a.some((value, i) => value !== pairs.b[i]));
      return { name, ...difference, moved: movedOf(changed), unmoved: metrics.length - changed.length };
    }),
    missing: [...all]
      .filter((name) => !both.includes(name))
      .map((name) => `${name === '' ? 'rows' : name}: only in ${a.tables.has(name) ? a.folder : b.folder}`),
  };
}

/** The largest changes first. */
function movedOf(changed: readonly MetricPairs[]): Moved[] {
  const severalRuns = changed.filter(({ a }) => a.length >= 2);
  // The second folder is what is looked at, the first what it is held against.
  const effects = effectsOf(severalRuns.map((pairs) => ({ ...pairs, a: pairs.b, b: pairs.a })));
  return changed
    .map((pairs): Moved => {
      const [a, b] = [mean(pairs.a), mean(pairs.b)];
      const effect = effects[severalRuns.indexOf(pairs)] ?? null;
      return { metric: pairs.metric, at: pairs.at, unit: pairs.unit, n: pairs.a.length, a, b, change: a === 0 ? null : b / a - 1, effect };
    })
    .sort((x, y) => Math.abs(y.change ?? Infinity) - Math.abs(x.change ?? Infinity));
}

/** The lines of `snapsim diff`, with at most `most` metrics of each table. */
export function differenceInWords(difference: FolderDifference, most: number): string[] {
  const { versions, config, otherWork, tables, missing } = difference;
  const section = (title: string, lines: readonly string[], none: string): string[] => [
    title,
    ...(lines.length === 0 ? [`  ${none}`] : lines.map((line) => `  ${line}`)),
    '',
  ];
  return [
    ...section('code, versions, inputs', versions, 'the same'),
    ...section(
      'config',
      config.map(({ path, a, b }) => `${path}: ${a} -> ${b}`),
      'the same',
    ),
    ...(otherWork.length === 0
      ? []
      : [`the configs differ in the work (${otherWork.join(', ')}): no metric is called better or worse`, '']),
    ...tables.flatMap((table) =>
      section(table.name === '' ? 'metrics' : `metrics of ${table.name}`, tableLines(table, most, otherWork.length > 0), 'no row in both'),
    ),
    ...(missing.length === 0 ? [] : section('results of one only', missing, '')),
  ];
}

function tableLines(table: FolderDifference['tables'][number], most: number, isOtherWork: boolean): string[] {
  const { moved, unmoved, changedTexts, onlyA, onlyB, columnsOnlyA, columnsOnlyB } = table;
  const columns = (names: readonly string[], which: string): string[] =>
    names.length === 0 ? [] : [`columns only in the ${which}: ${names.join(', ')}`];
  return [
    ...moved.slice(0, most).map((one) => movedInWords(one, isOtherWork)),
    ...(moved.length > most ? [`and ${moved.length - most} more that moved`] : []),
    `${unmoved} of ${unmoved + moved.length} metrics are the same to the last digit`,
    ...changedTexts.slice(0, most).map(({ column, at, cells }) => `${column}${at === '' ? '' : ` (${at})`}: ${cells} cells differ`),
    ...(onlyA + onlyB === 0 ? [] : [`rows without a partner: ${onlyA} in the first, ${onlyB} in the second`]),
    ...columns(columnsOnlyA, 'first'),
    ...columns(columnsOnlyB, 'second'),
  ];
}

function movedInWords({ metric, at, unit, n, a, b, change, effect }: Moved, isOtherWork: boolean): string {
  const percent = change === null ? '' : `, ${change >= 0 ? '+' : ''}${shortNumber(change * 100)} %`;
  const where = at === '' ? metric : `${metric} (${at})`;
  const values = `${where}: ${shortNumber(a)} -> ${shortNumber(b)}${unit === '' || unit === '1' ? '' : ` ${unit}`}${percent}`;
  if (isOtherWork) return values;
  if (effect === null) return `${values} (one run: no word on chance)`;
  const verdict = verdictOf({ ...effect, at: '' }, 'the second', 'the first').slice(metric.length + 2);
  return `${values}; ${n} pairs: ${verdict}`;
}
