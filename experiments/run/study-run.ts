/** One run of a point of a study: what is left out at its beginning is found first, by the same run with its observations kept. */
import type { Row } from '../../results/rows.js';
import { mser5 } from '../../results/statistics/index.js';
import { second } from '../../sim/units.js';
import { placedOf } from '../config/placed.js';
import { fileIn, readPoint, type PointConfig, type ReadPoint } from '../config/point.js';
import type { WarmUpRule } from '../config/replication.js';
import type { RunWatchers, Series } from '../studies/study.js';

/**
 * The cells of the kind's columns: a pure function of the point, the seed, and the files that the point names.
 * @param folder what their names are relative to
 * @param watch told of the run itself, and not of one that finds its warm-up
 * @throws InputError at a config that is none, RangeError at a run that says nothing, such as one whose warm-up is over half of it
 */
export function runPoint(config: PointConfig, seed: number, folder: string, watch?: RunWatchers): Row {
  const point = readPoint(placedOf(config, 'a point'));
  const context = { seed, warmUp: 0, wantsSeries: false, fileOf: fileIn(folder) };
  const warmUp = point.warmUp.kind === 'none' ? 0 : warmUpOf(point, seed, folder);
  const { metrics } = point.study.run(point.testbed, point.values, { ...context, warmUp, ...(watch === undefined ? {} : { watch }) });
  return point.study.horizon === 'steady-state' ? { warmUp, ...metrics } : metrics;
}

function warmUpOf({ study, testbed, values, warmUp }: ReadPoint, seed: number, folder: string): number {
  const { series } = study.run(testbed, values, { seed, warmUp: 0, wantsSeries: true, fileOf: fileIn(folder) });
  if (series === null) throw new Error('a study of a steady state without observations');
  const cut = cutOf(warmUp, series);
  const all = series.values.length;
  if (cut > all / 2) {
    throw new RangeError(
      `the warm-up of ${cut} of ${all} requests (${(series.times[Math.min(cut, all) - 1]! / second).toFixed(3)} s) is over half of the run: it is too short, or has no steady state`,
    );
  }
  return cut;
}

function cutOf(rule: WarmUpRule, { times, values }: Series): number {
  switch (rule.kind) {
    case 'none':
      return 0;
    case 'mser-5':
      return mser5(values).truncated;
    case 'share':
      return Math.floor(values.length * rule.share);
    case 'time': {
      const first = times.findIndex((time) => time > rule.time);
      return first === -1 ? values.length : first;
    }
  }
}
