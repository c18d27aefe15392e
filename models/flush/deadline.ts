/** As slowly as a deadline allows: what remains is spread over the time that remains, so that each moment of the guest is disturbed least. */
import { second, type Nanoseconds } from '../../sim/units.js';
import { flushModel, type FlushView } from './flush-controller.js';

function pauseUntil(deadline: Nanoseconds, { elapsed, sliceBytes, flushTime, remaining }: FlushView): Nanoseconds {
  const left = deadline - elapsed;
  if (left <= 0) return 0;
  // The slices that remain, this one's pause included, share the time that remains.
  const share = (left * sliceBytes) / (remaining + sliceBytes);
  return Math.max(0, share - flushTime);
}

export const deadline = flushModel({
  about: 'what remains is spread over the time until a deadline; full speed behind it',
  source: 'ours',
  options: { deadline: { kind: 'time', about: 'since the begin of the epoch', default: 60 * second } },
  make: (options) => ({ begin() {}, pause: (view) => pauseUntil(options.deadline, view) }),
});
