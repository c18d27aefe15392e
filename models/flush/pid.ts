/**
 * A controller on the disk's utilization, with u the share of the last period in which it was busy and e = target - u:
 *
 *   rate = most * clamp(kp e + ki (sum of e) + kd (e - e of the slice before))
 *
 * Where utilization follows the rate at once, kp + ki / 2 below 1 keeps the loop stable. The sum is kept within what the rate can follow, so that a long saturation does not have to be unwound.
 */
import { second, type Nanoseconds } from '../../sim/units.js';
import { flushModel, type FlushController, type FlushView } from './flush-controller.js';

interface PidOptions {
  readonly target: number;
  readonly proportional: number;
  readonly integral: number;
  readonly derivative: number;
  readonly least: number;
  readonly most: number;
}

class Pid implements FlushController {
  private sum = 0;
  private last = 0;

  constructor(private readonly options: PidOptions) {}

  begin(): void {
    this.sum = 0;
    this.last = 0;
  }

  pause({ sliceBytes, flushTime, diskUtilization }: FlushView): Nanoseconds {
    const { target, proportional, integral, derivative, least, most } = this.options;
    const error = (target - diskUtilization * 100) / 100;
    const sumMax = integral > 0 ? 100 / integral : 0;
    this.sum = Math.min(sumMax, Math.max(-sumMax, this.sum + error));
    const output = (proportional * error + integral * this.sum + derivative * (error - this.last)) / 100;
    this.last = error;
    const rate = Math.min(most, Math.max(least, most * output));
    return Math.max(0, (sliceBytes / rate) * second - flushTime);
  }
}

export const pid = flushModel({
  about: "rate that holds the disk's utilization at a target by its error, the sum of it and its change",
  source: 'ours, after the textbook controller',
  options: {
    target: { kind: 'count', about: 'utilization of the disk, percent', default: 70, min: 1, max: 100 },
    proportional: { kind: 'count', about: 'weight of the error, percent', default: 30 },
    integral: { kind: 'count', about: 'weight of its sum over slices, percent', default: 10 },
    derivative: { kind: 'count', about: 'weight of its change, percent', default: 0 },
    least: { kind: 'rate', about: 'never below', default: 2e6 },
    most: { kind: 'rate', about: 'at full output', default: 100e6 },
  },
  make: (options) => new Pid(options),
});
