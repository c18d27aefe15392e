/**
 * How a claim is measured on the rows of a figure or a study. It knows no ledger and gives no verdict.
 */
import { groupRows, NothingMeasured } from '../../results/summary.js';
import type { Row } from '../../results/rows.js';
import type { Bounds, Measured } from './bounds.js';

/** Bounds for a claim that the ledger states in words only. */
export interface DerivedBounds {
  readonly within: Bounds;
  /** The claim's own words that the numbers come from; quoted wherever the verdict is shown. */
  readonly from: string;
}

interface Declared {
  /** Numeric bounds where the ledger has only words; refused where it has numbers. */
  readonly bounds?: DerivedBounds;
  /** The id of the claim that a parameter behind this value was calibrated against. */
  readonly calibratedOn?: string;
  /** One sentence for a miss or a tie: the reason as far as it is known. */
  readonly why?: string;
}

/** Declared beside a figure: what the rows of one seed say of one claim. */
export interface Measure<R extends Row = Row, V extends Measured = Measured> extends Declared {
  /** Id in the ledger. */
  readonly claim: string;
  /** The value in the ledger's shape, from the rows of one seed. */
  value(rows: readonly R[]): V;
  /** For an order, a shape or an identity: whether this seed's value is as claimed. */
  holds?(value: V): boolean;
}

/** What all seeds say of one claim. */
export interface Measurement extends Declared {
  /** One value a seed; a deterministic model may give one altogether. */
  readonly values: readonly Measured[];
  /** For an order, a shape or an identity: whether it holds, in each seed or altogether. */
  readonly holds?: boolean | readonly boolean[];
}

/** Applies a measure to rows of several seeds, told apart by the column `seed`. */
export function take<R extends Row, V extends Measured>(measure: Measure<R, V>, rows: readonly R[], seedColumn = 'seed'): Measurement {
  const values = groupRows(rows, [seedColumn]).map((group) => measure.value(group.rows));
  return {
    values,
    ...(measure.holds === undefined ? {} : { holds: values.map((value) => measure.holds!(value)) }),
    ...(measure.bounds === undefined ? {} : { bounds: measure.bounds }),
    ...(measure.calibratedOn === undefined ? {} : { calibratedOn: measure.calibratedOn }),
    ...(measure.why === undefined ? {} : { why: measure.why }),
  };
}

/** The same for a test-bed that was moved; null where some run there measures nothing of it. */
export function takeIfMeasured(measure: Measure, rows: readonly Row[]): Measurement | null {
  try {
    return take(measure, rows);
  } catch (error) {
    if (error instanceof NothingMeasured) return null;
    throw error;
  }
}
