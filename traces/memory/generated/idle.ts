/** A guest that does nothing but what its system does by itself: timers, daemons, the log. */
import { RandomStream } from '../../../sim/random.js';
import { GiB, KiB, microsecond, millisecond, type Nanoseconds } from '../../../sim/units.js';
import type { GuestStep, MemoryWorkload } from '../guest-step.js';
import { PageRuns } from '../page-runs.js';
import { generated } from './generated-workload.js';
import { Layout, pageBytes } from './layout.js';
import { AnyOf, InOrder } from './page-sources.js';

const period: Nanoseconds = 10 * millisecond;

class Idle implements MemoryWorkload {
  readonly resident = new PageRuns();
  private readonly hot: AnyOf;
  private readonly fresh: InOrder;
  private time: Nanoseconds = 0;

  constructor(
    readonly pages: number,
    values: { readonly hot: number; readonly hotRate: number; readonly freshRate: number },
    seed: number | string,
  ) {
    const layout = new Layout(pages, 'idle');
    this.hot = new AnyOf(layout.region(values.hot), values.hotRate, 2, new RandomStream(seed, 'idle/hot'));
    this.fresh = new InOrder(layout.rest(), values.freshRate);
    this.resident.add(0, pages);
  }

  next(step: GuestStep): boolean {
    step.notBefore = this.time;
    step.processorTime = 50 * microsecond;
    this.hot.write(period, 1, step.writes);
    this.fresh.write(period, 1, step.writes);
    this.time += period;
    return true;
  }

  close(): void {}
}

export const idle = generated({
  about: 'a guest that does nothing but what its system does by itself',
  source: 'ConSnap (2014), section IV.A: insignificant; 0.5 to 2 MB in 2 s is assumed',
  calibratedOn: ['consnap-fig8-stable', 'consnap-fig9-idle-mplayer'],
  options: {
    memory: { kind: 'size', about: 'of the guest', default: 2 * GiB },
    hot: { kind: 'size', about: 'pages that timers and daemons write again and again', default: 800 * KiB },
    hotRate: { kind: 'count', about: 'of these, writes a second', default: 400 },
    freshRate: { kind: 'count', about: 'pages a second that were not written for long', default: 20 },
  },
  make: (values, seed) => new Idle(values.memory / pageBytes, values, seed),
});
