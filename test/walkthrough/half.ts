/** The walk-through of a flush controller: half the disk's time is the saver's, whatever the guest does. */
import { flushModel } from '../../models/flush/flush-controller.js';

export const half = flushModel({
  about: 'a pause as long as a number of flushes of the slice before',
  source: 'a walk-through',
  options: { flushes: { kind: 'count', about: 'how many flushes a pause is as long as', default: 1, max: 100 } },
  make: ({ flushes }) => ({
    begin() {
      // Nothing is remembered from one epoch to the next.
    },
    pause: (view) => flushes * view.flushTime,
  }),
});
