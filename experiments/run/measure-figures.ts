/** Runs what figures draw, each study once, and judges the claims of the papers by it. A run that failed loses its figures, and no others. */
import { take, evaluateClaims, loadLedger, type ClaimResult, type Measure, type Measurement } from '../claims/index.js';
import type { Figure, Scale } from '../figures/figure.js';
import { figures } from '../figures/index.js';
import type { Row } from '../../results/rows.js';
import { carryOutRuns, isFailed, tasksOf, type RunSettings } from './runs.js';

/** A figure with the rows of all its runs, in the order of points and seeds. */
export interface MeasuredFigure {
  readonly id: string;
  readonly figure: Figure;
  readonly rows: readonly Row[];
  /** One sentence for each run that failed: where there is one, the rows are not all there, and nothing is drawn or judged. */
  readonly failures: readonly string[];
}

export async function measureFigures(ids: readonly string[], scale: Scale, settings: RunSettings): Promise<MeasuredFigure[]> {
  const chosen = ids.map((id) => ({ id, figure: figures.get(id, 'reproduce') }));
  const studies = [...new Set(chosen.map(({ figure }) => figure.study))];
  const tasks = studies.flatMap((study) => tasksOf(study, study.points(scale), scale).map((task) => ({ study, task })));
  const runs = await carryOutRuns(
    tasks.map(({ task }) => task),
    settings,
  );
  return chosen.map(({ id, figure }) => {
    const own = runs.filter((_, i) => tasks[i]!.study === figure.study);
    return {
      id,
      figure,
      rows: own.flatMap((run) => (isFailed(run) ? [] : run.rows)),
      failures: own.flatMap((run) => (isFailed(run) ? [run.failure] : [])),
    };
  });
}

/** All failures, each once though several figures may draw the same runs. */
export const failuresOf = (measured: readonly MeasuredFigure[]): string[] => [...new Set(measured.flatMap(({ failures }) => failures))];

/** Judges every claim of the ledger by the rows of the figures that measure it. */
export function judge(measured: readonly MeasuredFigure[]): ClaimResult[] {
  const measurements = new Map<string, Measurement>();
  const failed = new Map<string, string>();
  for (const { figure, rows, failures } of measured) {
    for (const measure of figure.measures) {
      if (failures.length > 0) failed.set(measure.claim, failures[0]!);
      else measurements.set(measure.claim, take(measure, figure.claimRows(rows)));
    }
  }
  return evaluateClaims(loadLedger(), measurements).map((result) => {
    const failure = result.simulated === null ? failed.get(result.claim.id) : undefined;
    return failure === undefined ? result : { ...result, why: `A run failed: ${failure}` };
  });
}

/** The claims that a report of these figures shows: the whole ledger where they are all, otherwise their own. Of others they do not say that nothing measures them. */
export function judgeDrawn(measured: readonly MeasuredFigure[]): ClaimResult[] {
  const drawn = new Set(measured.map(({ id }) => id));
  const claims = judge(measured);
  if (figures.names.every((name) => drawn.has(name))) return claims;
  const own = new Set(measured.flatMap(({ figure }) => figure.measures.map((measure) => measure.claim)));
  return claims.filter(({ claim }) => own.has(claim.id) || (claim.sameAs !== undefined && own.has(claim.sameAs)));
}

/** How a claim is measured, and by which figure. */
export interface MeasuredBy {
  readonly figure: Figure;
  readonly measure: Measure;
}

/** The measures of all figures by claim. */
export function allMeasures(): Map<string, MeasuredBy> {
  const found = new Map<string, MeasuredBy>();
  for (const [, figure] of figures) for (const measure of figure.measures) found.set(measure.claim, { figure, measure });
  return found;
}
