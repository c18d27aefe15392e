/** No control: each slice goes as soon as the one before is done. */
import { flushModel } from './flush-controller.js';

export const none = flushModel({
  about: 'no pause: as fast as the disk takes it',
  source: 'ConSnap (2014), section IV.B: WoControl',
  options: {},
  make: () => ({ begin() {}, pause: () => 0 }),
});
