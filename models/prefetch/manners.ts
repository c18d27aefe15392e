/**
 * Progress-based regulation: each transfer's progress is held against a target, the progress without contention. A sign test judges: where too many transfers are slower
 * than chance allows, progress is poor and the governor suspends itself, each time twice as long; where few enough are, it is good and the suspension begins small again;
 * between the two it goes on measuring. The target is an average over many transfers, taken while it runs.
 */
import { millisecond, second, type Bytes, type Nanoseconds } from '../../sim/units.js';
import type { Values } from '../../sim/options.js';
import { LeakyBucket, upperRate, type GovernorModel, type PrefetchGovernor } from './governor.js';

const options = {
  upper: upperRate,
  calibration: { kind: 'count', about: 'Transfers that make the first target', default: 32, min: 1 },
  memory: { kind: 'count', about: 'Transfers over which the target then follows', default: 10_000, min: 1 },
  firstSuspension: { kind: 'time', about: 'The first suspension; an assumption, from 100 ms to 5 s', default: 1000 * millisecond },
  longestSuspension: { kind: 'time', about: 'The longest suspension', default: 256 * second },
} as const;

/** Chances of judging poor, and good, wrongly: those of the paper's evaluation. */
const poorChance = 0.05;
const goodChance = 0.2;
/** Transfers without a judgement after which the test begins anew. */
const longestTest = 64;

/** Chance that of `n` fair coins `k` or more show heads. */
export function atLeastHeads(n: number, k: number): number {
  let term = 0.5 ** n;
  let sum = 0;
  for (let heads = 0; heads <= n; heads++) {
    if (heads >= k) sum += term;
    term = (term * (n - heads)) / (heads + 1);
  }
  return sum;
}

class MannersGovernor implements PrefetchGovernor {
  pausedUntil: Nanoseconds = 0;
  private readonly bucket: LeakyBucket;
  /** Nanoseconds a byte. */
  private target = 0;
  private calibrated = 0;
  private tested = 0;
  private slower = 0;
  private suspension: Nanoseconds;

  constructor(private readonly settings: Values<typeof options>) {
    this.bucket = new LeakyBucket(settings.upper);
    this.suspension = settings.firstSuspension;
  }

  get readyAt(): Nanoseconds {
    return Math.max(this.pausedUntil, this.bucket.emptyAt);
  }

  transferred(bytes: Bytes, began: Nanoseconds, now: Nanoseconds): void {
    const { calibration, memory } = this.settings;
    this.bucket.pour(bytes, began);
    const pace = (now - began) / bytes;
    if (this.calibrated < calibration) {
      this.calibrated += 1;
      this.target += (pace - this.target) / this.calibrated;
      return;
    }
    this.tested += 1;
    if (pace > this.target) this.slower += 1;
    this.target += (pace - this.target) / memory;
    this.judge(now);
  }

  private judge(now: Nanoseconds): void {
    const { tested, slower } = this;
    const { firstSuspension, longestSuspension } = this.settings;
    if (atLeastHeads(tested, slower) <= poorChance) {
      this.pausedUntil = now + this.suspension;
      this.suspension = Math.min(2 * this.suspension, longestSuspension);
    } else if (atLeastHeads(tested, tested - slower) <= goodChance) this.suspension = firstSuspension;
    else if (tested < longestTest) return;
    this.tested = this.slower = 0;
  }
}

export const manners: GovernorModel<typeof options> = {
  about: 'suspends itself, longer each time, while its progress is poor by a sign test',
  source: 'Douceur and Bolosky, Progress-based regulation of low-importance processes (SOSP 1999)',
  options,
  make: (values) => new MannersGovernor(values),
};
