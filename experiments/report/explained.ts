/** What `explain` tells, as figures: the latency of each system by cause, at the mean and at percentiles. It runs nothing. */
import { latencyByCause, type CausePart } from '../../results/charts/index.js';
import type { ReportFigure } from '../../results/report/index.js';
import type { SystemResult } from '../run/replay-run.js';
import { ownFigure, tableOf } from './own-figure.js';

const places = ['mean', 'p50', 'p99', 'p99.9'] as const;
const views = [
  { view: 'byPurpose', id: 'latency-by-purpose', title: 'What the time of requests went for' },
  { view: 'byPart', id: 'latency-by-part', title: 'What the time of requests went on' },
] as const;

/** Two figures: for what, and on what. */
export const explainedFigures = (systems: readonly SystemResult[], config: string, command: string): Promise<ReportFigure[]> =>
  Promise.all(
    views.map(({ view, id, title }) => {
      const parts = systems.flatMap(({ system, causes }) =>
        places.flatMap((at) => Object.entries(causes[at][view]).map(([cause, ns]): CausePart => ({ system, at, cause, ms: ns / 1e6 }))),
      );
      const names = systems.map(({ system }) => system);
      return ownFigure({
        id,
        title,
        caption:
          'Each bar sums to the latency of the requests there: at the mean of all, and within 1/64 of each percentile. Every panel has an axis of its own.',
        spec: latencyByCause({ description: `Bars of latency by cause for ${names.join(', ')}`, systems: names, at: places }, parts),
        points: tableOf(
          [
            ['system', '', 'The system'],
            ['at', '', 'Mean, or which percentile'],
            ['cause', '', 'What the time went for or on'],
            ['ms', 'ms', 'Time'],
          ],
          parts.map((part) => ({ ...part })),
        ),
        config,
        command,
      });
    }),
  );
