/** One figure of a paper: what to run, what to draw, what the paper claims. A figure is one file and one line in the index. */
import type { TopLevelSpec } from 'vega-lite';
import type { Table } from '../../results/report/model.js';
import type { Column, Row } from '../../results/rows.js';
import type { Measure } from '../claims/index.js';
import type { TestBed } from '../testbeds/testbed.js';

/** How much to run: `quick` for a first look in minutes, `full` for the record. */
export type Scale = 'quick' | 'full';

export interface Chart {
  /** File name without an ending: letters, digits and dashes. */
  readonly name: string;
  readonly title: string;
  /** What is seen, under which conditions. */
  readonly caption: string;
  readonly spec: TopLevelSpec;
  /** What the chart draws. */
  readonly points: Table;
}

/** One run: everything that decides its rows, but for the seed. */
export type Point = Readonly<Record<string, string | number | boolean>>;

/** What is run and noted: one study may be drawn by several figures, and then runs once. */
export interface Study {
  /** A name in the registry of test-beds. */
  readonly testbed: string;
  readonly columns: readonly Column[];
  /** What to run, in a fixed order. */
  points(scale: Scale): readonly Point[];
  /** How many seeds a point is run with: 1, 2, ... */
  seeds(point: Point, scale: Scale): number;
  /** About how many seconds of processor time a point takes: the longest run first. One where not given. */
  cost?(point: Point, scale: Scale): number;
  /** The points that one claim is measured on, where it does not need all of them: for the many runs that move parameters. */
  pointsFor?(claim: string, scale: Scale): readonly Point[];
  /** One point with one seed: a pure function of its arguments. `testbed` is the study's, perhaps with parameters moved within their ranges. */
  run(point: Point, seed: number, scale: Scale, testbed: TestBed): Row[];
}

export interface Figure {
  /** As the ledger names it. */
  readonly paper: string;
  /** Where in the paper, e.g. `Fig 5`. */
  readonly locus: string;
  readonly about: string;
  /** The same object in every figure that draws it. */
  readonly study: Study;
  charts(rows: readonly Row[]): Chart[];
  /** The rows that the claims are measured on. */
  claimRows(rows: readonly Row[]): readonly Row[];
  readonly measures: readonly Measure[];
}
