/** What the figures of the I/O benchmark compare, by the names of the papers: both systems before a snapshot and (-s) after it. It draws nothing. */
import type { Row } from '../../results/rows.js';
import { normalized, type Phase, type Wanted } from './irow-io.js';

const curves = {
  iROW: { system: 'iROW' },
  'iROW-s': { system: 'iROW', snapshot: true },
  qcow2: { system: 'qcow2' },
  'qcow2-s': { system: 'qcow2', snapshot: true },
} as const;
export type Curve = keyof typeof curves;
export const curveNames = Object.keys(curves) as Curve[];

/** Which runs a curve is of, for a phase with blocks of a size. */
export const runsOf = (curve: Curve, phase: Phase, blockKB: number): Wanted => ({ ...curves[curve], phase, blockKB });

/** Throughput over raw by size of the clusters, of each of these curves. */
export const overRaw = <C extends Curve>(rows: readonly Row[], names: readonly C[], phase: Phase, blockKB: number): Record<C, number[]> =>
  Object.fromEntries(names.map((name) => [name, normalized(rows, runsOf(name, phase, blockKB))])) as Record<C, number[]>;
