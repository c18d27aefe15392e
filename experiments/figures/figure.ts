/** One figure of a paper: what to run, what to draw, what the paper claims. A figure is one file and one line in the index. */
import type { Row, RowColumn } from '../../results/rows.js';
import type { ClaimMeasure } from '../claims/measure.js';

/** How much to run: `quick` for a first look in minutes, `full` for the record. */
export type Scale = 'quick' | 'full';

export interface Chart {
  /** File name without an ending. */
  readonly name: string;
  readonly title: string;
  /** Says under the chart what is seen, with its assumptions. */
  readonly caption: string;
  /** A Vega-Lite specification. */
  readonly spec: Record<string, unknown>;
}

export interface Figure<Point = unknown> {
  readonly paper: string;
  /** Where in the paper, e.g. `Figure 5`. */
  readonly locus: string;
  readonly about: string;
  readonly testbed: string;
  readonly columns: readonly RowColumn[];
  /** What to run, in a fixed order. */
  points(scale: Scale): readonly Point[];
  /** Seeds of a point. */
  seeds(point: Point, scale: Scale): readonly number[];
  /** One point with one seed: a pure function. `onProgress` is told the share that is done. */
  run(point: Point, seed: number, scale: Scale): Row[];
  charts(rows: readonly Row[]): Chart[];
  readonly measures: readonly ClaimMeasure[];
}
