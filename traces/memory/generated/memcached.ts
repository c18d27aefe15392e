/** A key-value server: requests come at a steady rate, packets land in a ring of buffers, answers go out; items and their lists are written. */
import { RandomStream } from '../../../sim/random.js';
import { GiB, KiB, MiB, microsecond, millisecond, second, type Bytes, type Nanoseconds } from '../../../sim/units.js';
import type { GuestStep, MemoryWorkload } from '../guest-step.js';
import { PageRuns } from '../page-runs.js';
import { generated } from './generated-workload.js';
import { Layout, pageBytes } from './layout.js';
import { AnyOf, InOrder } from './page-sources.js';

const period: Nanoseconds = 2 * millisecond;

interface Values {
  readonly items: Bytes;
  readonly itemRate: number;
  readonly freshRate: number;
  readonly requests: number;
  readonly answer: Bytes;
}

class Memcached implements MemoryWorkload {
  readonly resident = new PageRuns();
  private readonly system: AnyOf;
  private readonly items: AnyOf;
  private readonly fresh: InOrder;
  private readonly ring: InOrder;
  private time: Nanoseconds = 0;

  constructor(
    readonly pages: number,
    private readonly values: Values,
    seed: number | string,
  ) {
    const layout = new Layout(pages, 'memcached');
    this.system = new AnyOf(layout.region(2 * MiB), 2000, 2, new RandomStream(seed, 'memcached/system'));
    this.ring = new InOrder(layout.region(1 * MiB), values.requests / 4);
    this.items = new AnyOf(layout.region(values.items), values.itemRate, 1, new RandomStream(seed, 'memcached/items'));
    this.fresh = new InOrder(layout.rest(), values.freshRate);
    this.resident.add(0, pages);
  }

  next(step: GuestStep): boolean {
    const { requests, answer } = this.values;
    const count = (requests * period) / second;
    step.notBefore = this.time;
    step.processorTime = count * 30 * microsecond;
    this.ring.write(period, 1, step.received);
    this.system.write(period, 1, step.writes);
    this.items.write(period, 1, step.writes);
    this.fresh.write(period, 1, step.writes);
    step.sent = count * answer;
    this.time += period;
    return true;
  }

  close(): void {}
}

export const memcached = generated({
  about: 'a key-value server under a steady load of random requests',
  source: 'ConSnap (2014), section IV: memcached with mcblaster; stable, higher than idle, player and FTP; 15 to 40 MB in 2 s are assumed',
  calibratedOn: ['consnap-fig8-order', 'consnap-fig9-leveloff'],
  options: {
    memory: { kind: 'size', about: 'of the guest', default: 2 * GiB },
    items: { kind: 'size', about: 'pages with items and lists that requests write', default: 72 * MiB },
    itemRate: { kind: 'count', about: 'of these, writes a second', default: 4500 },
    freshRate: { kind: 'count', about: 'pages a second that were not written for long', default: 150 },
    requests: { kind: 'count', about: 'requests a second', default: 8000 },
    answer: { kind: 'size', about: 'of a request', default: 1 * KiB },
  },
  make: (values, seed) => new Memcached(values.memory / pageBytes, values, seed),
});
