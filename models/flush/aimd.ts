/**
 * Additive increase, multiplicative decrease on the guest's latency: the rate grows by a step after each slice, and is cut by half where
 * the guest's requests took longer than they should. A period without requests says that the guest needs no disk.
 */
import { millisecond, second, type Nanoseconds } from '../../sim/units.js';
import { flushModel, type FlushController, type FlushView } from './flush-controller.js';

interface AimdOptions {
  readonly start: number;
  readonly step: number;
  readonly least: number;
  readonly most: number;
  readonly target: Nanoseconds;
}

class Aimd implements FlushController {
  private rate: number;

  constructor(private readonly options: AimdOptions) {
    this.rate = options.start;
  }

  begin(): void {
    this.rate = this.options.start;
  }

  pause({ sliceBytes, flushTime, guestLatency }: FlushView): Nanoseconds {
    const { step, least, most, target } = this.options;
    this.rate = guestLatency > target ? Math.max(least, this.rate / 2) : Math.min(most, this.rate + step);
    return Math.max(0, (sliceBytes / this.rate) * second - flushTime);
  }
}

export const aimd = flushModel({
  about: "rate that grows by a step and is halved where the guest's disk latency exceeds a target",
  source: 'ours, after TCP congestion avoidance',
  options: {
    start: { kind: 'rate', about: 'at the begin of an epoch', default: 20e6 },
    step: { kind: 'rate', about: 'growth after each slice', default: 1e6 },
    least: { kind: 'rate', about: 'never below', default: 2e6 },
    most: { kind: 'rate', about: 'never above', default: 200e6 },
    target: { kind: 'time', about: "mean latency of the guest's requests that is still good", default: 20 * millisecond },
  },
  make: (options) => new Aimd(options),
});
