/**
 * When prefetching goes on: governors are told how fast transfers were, and answer when the next one may begin. They do nothing themselves, and
 * know neither what is prefetched nor what else uses the resource.
 */
import type { OptionSet, RateOption, Values } from '../../sim/options.js';
import type { RandomStream } from '../../sim/random.js';
import { second, type Bytes, type Nanoseconds } from '../../sim/units.js';

export interface PrefetchGovernor {
  /** When the next transfer may begin. */
  readonly readyAt: Nanoseconds;
  /** When the pause ends that was decided on last; a governor that slows down and never pauses leaves it at 0. */
  readonly pausedUntil: Nanoseconds;
  /** A transfer is done that began at `began`. */
  transferred(bytes: Bytes, began: Nanoseconds, now: Nanoseconds): void;
}

/** A registered governor: how to make one, and what it is. */
export interface GovernorModel<S extends OptionSet = OptionSet> {
  readonly about: string;
  /** Where its rule comes from. */
  readonly source: string;
  readonly options: S;
  make(options: Values<S>, random: RandomStream): PrefetchGovernor;
}

/** The option that every governor has. */
export const upperRate: RateOption = { kind: 'rate', about: 'Transfers are no faster on average; 0 for no limit', default: 0 };

/** A leaky bucket: holds the average rate below a limit. */
export class LeakyBucket {
  /** When it has run empty: the next transfer may begin. */
  emptyAt: Nanoseconds = 0;

  /** @param rate bytes per second; 0 for no limit */
  constructor(private readonly rate: number) {}

  pour(bytes: Bytes, began: Nanoseconds): void {
    if (this.rate > 0) this.emptyAt = Math.max(this.emptyAt, began) + (bytes / this.rate) * second;
  }
}

/** A share of the time: after each transfer as long a rest as makes it so. It halves under contention and grows back step by step. */
export class TimeShare {
  /** 1: without a rest. */
  share = 1;
  restsUntil: Nanoseconds = 0;

  constructor(
    private readonly least: number,
    private readonly step: number,
  ) {}

  rest(began: Nanoseconds, now: Nanoseconds): void {
    this.restsUntil = now + (now - began) * (1 / this.share - 1);
  }

  halve(): void {
    this.share = Math.max(this.least, this.share / 2);
  }

  grow(): void {
    this.share = Math.min(1, this.share + this.step);
  }
}
