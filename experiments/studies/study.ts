/**
 * A kind of study: what a config may say of it, what one run of it measures, and how its numbers are to be read. A kind is one file of this folder
 * and one line in its index; from that it gets its place in configs with checks and completion in editors, sweeps, resume and comparison.
 *
 * - `sections` declare what a config holds besides `testbed`, `sweep`, `replications` and the like (see experiments/config/section.ts).
 * - `columns` declare what a run measures: each with its unit and whether higher or lower is better. A metric may be null where a run says
 *   nothing of it, such as a quantile of too few requests. A row of results is: `point` (its key), a column for each swept path, `seed`, then these.
 * - `horizon` says whether a run has a natural end (`terminating`: all of it counts) or goes on (`steady-state`: its beginning may be left out).
 * - `run` is a pure function of values and seed.
 */
import type { Column, Row } from '../../results/rows.js';
import type { RequestObserver } from '../../models/io/request-observer.js';
import type { Timeline } from '../../sim/timeline.js';
import type { SectionValues, Sections } from '../config/section.js';
import type { TestBed } from '../testbeds/testbed.js';

/** What a run measures. */
export interface MetricColumn extends Column {
  /** Null where neither is better, and for texts. */
  readonly better: 'higher' | 'lower' | null;
}

/** What a run is told besides its values. */
export interface RunContext {
  readonly seed: number;
  /** Observations at the beginning to leave out of every metric; always 0 where the kind is terminating. */
  readonly warmUp: number;
  /** Whether the observations themselves are wanted, for the detection of the warm-up. */
  readonly wantsSeries: boolean;
  /** Where a file that the config names lies. */
  readonly fileOf: (name: string) => string;
  /** Who looks on; absent where nobody does. The numbers do not depend on it. */
  readonly watch?: RunWatchers;
}

/** Who looks on a run: told of each request, or of what happens when. A kind says in `records` which of them it tells. */
export interface RunWatchers {
  readonly requests: RequestObserver | null;
  readonly timeline: Timeline | null;
}

/** Observations of a run in the order in which they were made. */
export interface Series {
  /** Simulated time of each, ns since the begin. */
  readonly times: Float64Array;
  readonly values: Float64Array;
}

export interface Measured {
  /** A cell for each of the kind's columns. */
  readonly metrics: Row;
  /** Null where it was not asked for, or the kind has none. */
  readonly series: Series | null;
}

/** Refuses a combination of values. `path` is the part of the config that has to change, such as `disk.size`. */
export type Refuse = (path: string, found: string, expected: string) => never;

export interface StudyKind<S extends Sections = Sections> {
  readonly about: string;
  readonly horizon: 'terminating' | 'steady-state';
  /** The test-bed where a config names none. */
  readonly testbed: string;
  readonly sections: S;
  readonly columns: readonly MetricColumn[];
  /** What it tells those who look on; nothing if absent. */
  readonly records?: readonly (keyof RunWatchers)[];
  /** Names of the columns that a table on a terminal shows. */
  readonly headline: readonly string[];
  /** Refuses what cannot be together, before anything runs. It opens no file. */
  check(testbed: TestBed, values: SectionValues<S>, refuse: Refuse): void;
  /** Looks into the files that a config names, far enough to see that they are what they should be. Throws InputError naming the file. */
  checkFiles?(values: SectionValues<S>, fileOf: (name: string) => string): void;
  /** About how long a run takes against others of its kind, in any unit above 0: the longest are started first. 1 if absent. */
  cost?(values: SectionValues<S>): number;
  run(testbed: TestBed, values: SectionValues<S>, context: RunContext): Measured;
}

/** A kind whose values are known by its own declaration only. */
export type AnyStudyKind = StudyKind;

/** Declares a kind so that `check` and `run` see the types of its values, and the registry does not need them. */
export const studyKind = <const S extends Sections>(declared: StudyKind<S>): AnyStudyKind => declared;
