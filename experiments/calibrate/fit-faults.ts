/** Fits what a page fault costs to measured pairs of pages and seconds: a fixed time and one for each page. */
import { readFileSync } from 'node:fs';
import { parse } from 'csv-parse/sync';
import { linearFit, mean, tQuantile, type Interval } from '../../results/statistics/index.js';
import { InputError } from '../../sim/errors.js';
import { onFile } from '../../sim/system-errors.js';

export interface FaultMeasurement {
  readonly pages: number;
  readonly seconds: number;
}

export interface FaultFit {
  /** Nanoseconds a page, and once a measurement, with 95 % intervals. */
  readonly perPage: Interval;
  readonly fixed: Interval;
  /** Share of the spread of the times that the line explains. */
  readonly r2: number;
  readonly rows: readonly (FaultMeasurement & { readonly fitted: number })[];
}

/** A CSV file with the columns pages and seconds. Throws InputError with file:line at a row that is no pair of numbers. */
export function readFaultMeasurements(file: string): FaultMeasurement[] {
  const text = onFile(file, () => readFileSync(file, 'utf8'));
  let records: { readonly info: { readonly lines: number }; readonly record: Readonly<Record<string, string>> }[];
  try {
    records = parse(text, { columns: true, trim: true, skip_empty_lines: true, info: true }) as unknown as typeof records;
  } catch (error) {
    throw new InputError(file, error instanceof Error ? error.message : 'no CSV', 'a CSV file with the columns pages and seconds');
  }
  return records.map(({ info, record }) => {
    const number = (column: string): number => {
      const value = Number(record[column] ?? NaN);
      if (record[column] === '' || !(value >= 0))
        throw new InputError(`${file}:${info.lines}`, JSON.stringify(record[column] ?? null), `a number as ${column}`);
      return value;
    };
    return { pages: number('pages'), seconds: number('seconds') };
  });
}

/** @throws InputError with fewer than three measurements, at one number of pages only, or where the cost cannot be told from nothing */
export function fitFaults(measurements: readonly FaultMeasurement[], where: string): FaultFit {
  const n = measurements.length;
  const pages = measurements.map((measurement) => measurement.pages);
  if (n < 3) throw new InputError(where, `${n} measurements of two numbers`, 'at least 3');
  if (new Set(pages).size < 2)
    throw new InputError(
      where,
      `measurements of ${pages[0]} pages only`,
      'at least two numbers of pages: the fixed time is not told from the cost',
    );
  const { slope, intercept, r2 } = linearFit(measurements.map((measurement) => [measurement.pages, measurement.seconds] as const));
  const rows = measurements.map((measurement) => ({ ...measurement, fitted: intercept + slope * measurement.pages }));
  const variance = rows.reduce((sum, { seconds, fitted }) => sum + (seconds - fitted) ** 2, 0) / (n - 2);
  const centre = mean(pages);
  const spread = pages.reduce((sum, value) => sum + (value - centre) ** 2, 0);
  const t = tQuantile(0.975, n - 2);
  const interval = (value: number, error: number): Interval => ({
    mean: value * 1e9,
    low: (value - t * error) * 1e9,
    high: (value + t * error) * 1e9,
    n,
  });
  const perPage = interval(slope, Math.sqrt(variance / spread));
  if (!(perPage.low > 0)) {
    throw new InputError(
      where,
      `a cost from ${perPage.low.toFixed(0)} to ${perPage.high.toFixed(0)} ns a page`,
      'measurements that tell it from 0: more pages, or more of them',
    );
  }
  return { perPage, fixed: interval(intercept, Math.sqrt(variance * (1 / n + centre ** 2 / spread))), r2, rows };
}
