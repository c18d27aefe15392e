/** The same pause after every slice, whatever the guest does. */
import { millisecond } from '../../sim/units.js';
import { flushModel } from './flush-controller.js';

export const fixed = flushModel({
  about: 'the same pause after every slice',
  source: 'ConSnap (2014), section IV.B: Fixed',
  options: { pause: { kind: 'time', about: 'after each slice', default: 5 * millisecond } },
  make: ({ pause }) => ({ begin() {}, pause: () => pause }),
});
