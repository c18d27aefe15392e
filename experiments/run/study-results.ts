/** What a study leaves in its folder: rows, their summary over seeds, the config as given, and a manifest. Equal runs give equal bytes, but for the manifest's times. */
import { toParquet } from '../../results/parquet.js';
import { describeColumns, toCsv, toJsonLines, type Cell, type Column, type Row } from '../../results/rows.js';
import { tInterval } from '../../results/statistics/index.js';
import { columnsOf, type StudyPlan } from '../config/plan.js';

/** A metric of a point over its seeds. */
export interface PointSummary {
  readonly point: string;
  readonly label: string;
  readonly values: Readonly<Record<string, Cell>>;
  readonly metric: string;
  readonly unit: string;
  readonly better: 'higher' | 'lower' | null;
  /** Runs that have the metric. */
  readonly n: number;
  /** Null where no run has it. */
  readonly mean: number | null;
  /** Of the 95 % t interval; null below two runs. */
  readonly low: number | null;
  readonly high: number | null;
}

/** Point after point, metric after metric; columns without a unit are no metrics. */
export function summaryOf(plan: StudyPlan, rows: readonly Row[]): PointSummary[] {
  return plan.points.flatMap(({ key, label, values }) => {
    const own = rows.filter((row) => row['point'] === key);
    return plan.study.columns
      .filter(({ unit }) => unit !== '')
      .map(({ name, unit, better }): PointSummary => {
        const numbers = own.map((row) => row[name]).filter((cell) => typeof cell === 'number');
        const n = numbers.length;
        const interval = n === 0 ? null : tInterval(numbers);
        return {
          ...{ point: key, label, values, metric: name, unit, better, n },
          mean: interval?.mean ?? null,
          low: n < 2 ? null : interval!.low,
          high: n < 2 ? null : interval!.high,
        };
      });
  });
}

/** The files of rows and summary by name. */
export function resultFiles(plan: StudyPlan, rows: readonly Row[]): Map<string, string | Uint8Array> {
  const columns = columnsOf(plan);
  const summary = summaryOf(plan, rows);
  const flat = summary.map(({ point, values, ...rest }): Row => ({ point, ...values, ...rest }));
  return new Map<string, string | Uint8Array>([
    ['rows.jsonl', toJsonLines(columns, rows)],
    ['rows.csv', toCsv(columns, rows)],
    ['rows.parquet', toParquet(columns, rows)],
    ['columns.json', describeColumns(columns)],
    ['summary.json', `${JSON.stringify({ study: plan.kind, name: plan.name, axes: plan.axes, summary }, null, 1)}\n`],
    ['summary.csv', toCsv(summaryColumns(plan), flat)],
  ]);
}

const summaryColumns = ({ axes }: StudyPlan): Column[] =>
  ['point', ...axes, 'label', 'metric', 'unit', 'better', 'n', 'mean', 'low', 'high'].map((name) => ({ name, unit: '', about: '' }));
