/** What differs between two results: two trees part by part, and two tables row by row. It knows no file and no study. */
import type { Cell, Column, Row } from '../rows.js';
import type { Better, MetricPairs } from './effects.js';

export interface TreeDifference {
  /** Keys from the root, e.g. `guest.memory`. */
  readonly path: string;
  /** JSON, or `nothing`. */
  readonly a: string;
  readonly b: string;
}

/** The leaves and branches that differ, in the order of the first tree; a branch that only one has is one difference. */
export function treeDifferences(a: unknown, b: unknown, path = ''): TreeDifference[] {
  if (isBranch(a) && isBranch(b)) {
    const keys = [...new Set([...Object.keys(a), ...Object.keys(b)])];
    return keys.flatMap((key) => treeDifferences(a[key], b[key], path === '' ? key : `${path}.${key}`));
  }
  return JSON.stringify(a) === JSON.stringify(b) ? [] : [{ path, a: inWords(a), b: inWords(b) }];
}

const isBranch = (value: unknown): value is Readonly<Record<string, unknown>> => typeof value === 'object' && value !== null;
const inWords = (value: unknown): string => (value === undefined ? 'nothing' : JSON.stringify(value));

/** A table of results with its columns as they are declared beside it. */
export interface Table {
  readonly columns: readonly (Column & { readonly better?: Better })[];
  readonly rows: readonly Row[];
}

export interface TableDifference {
  /** Metrics that both tables have, at each point of both; `at` is what the point is known by. */
  readonly metrics: readonly MetricPairs[];
  /** Metrics that some row of one table lacks a number for, or text columns: whether any cell differs. */
  readonly changedTexts: readonly { readonly column: string; readonly at: string; readonly cells: number }[];
  readonly onlyA: number;
  readonly onlyB: number;
  readonly columnsOnlyA: readonly string[];
  readonly columnsOnlyB: readonly string[];
}

const seed = 'seed';
/** Known by a hash of its config, which another config does not share. */
const hashed = 'point';

/**
 * Rows are brought together by their key: the columns up to `seed`, without the hash of the point; where there is no seed, the columns without a
 * unit. Of rows of one key the first of one table goes with the first of the other.
 */
export function tableDifference(a: Table, b: Table): TableDifference {
  const names = (table: Table): string[] => table.columns.map(({ name }) => name);
  const shared = a.columns.filter(({ name }) => names(b).includes(name));
  const keys = keysAmong(shared);
  const pairs = matched(a.rows, b.rows, [...keys, seed]);
  const byPoint = new Map<string, (readonly [Row, Row])[]>();
  for (const pair of pairs) {
    const at = keys.map((key) => `${key}=${String(pair[0][key])}`).join(' ');
    byPoint.set(at, [...(byPoint.get(at) ?? []), pair]);
  }
  const metrics: MetricPairs[] = [];
  const changedTexts: TableDifference['changedTexts'][number][] = [];
  for (const column of shared.filter(({ name }) => !keys.includes(name) && name !== seed && name !== hashed)) {
    for (const [at, rows] of byPoint) {
      const side = (i: 0 | 1): Cell[] => rows.map((pair) => pair[i][column.name] ?? null);
      const [before, now] = [side(0), side(1)];
      if (isNumbers(before) && isNumbers(now))
        metrics.push({ metric: column.name, at, unit: column.unit, better: column.better ?? null, a: before, b: now });
      else {
        const cells = before.filter((cell, i) => cell !== now[i]).length;
        if (cells > 0) changedTexts.push({ column: column.name, at, cells });
      }
    }
  }
  return {
    metrics,
    changedTexts,
    onlyA: a.rows.length - pairs.length,
    onlyB: b.rows.length - pairs.length,
    columnsOnlyA: names(a).filter((name) => !names(b).includes(name)),
    columnsOnlyB: names(b).filter((name) => !names(a).includes(name)),
  };
}

const isNumbers = (cells: readonly Cell[]): cells is number[] => cells.every((cell) => typeof cell === 'number');

function keysAmong(columns: readonly Column[]): string[] {
  const at = columns.findIndex(({ name }) => name === seed);
  const keys = at >= 0 ? columns.slice(0, at) : columns.filter(({ unit }) => unit === '');
  return keys.map(({ name }) => name).filter((name) => name !== hashed);
}

function matched(a: readonly Row[], b: readonly Row[], keys: readonly string[]): (readonly [Row, Row])[] {
  const idOf = (row: Row): string => JSON.stringify(keys.map((key) => row[key] ?? null));
  const waiting = new Map<string, Row[]>();
  for (const row of b) waiting.set(idOf(row), [...(waiting.get(idOf(row)) ?? []), row]);
  return a.flatMap((row) => {
    const other = waiting.get(idOf(row))?.shift();
    return other === undefined ? [] : [[row, other] as const];
  });
}
