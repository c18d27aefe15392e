/** The flush-speed controllers by name. */
import { named, type NamedMaker } from '../../sim/maker.js';
import { Registry } from '../../sim/registry.js';
import { adaptive, adaptiveLiteral } from './adaptive.js';
import { aimd } from './aimd.js';
import { deadline } from './deadline.js';
import { fixed } from './fixed.js';
import type { FlushController } from './flush-controller.js';
import { none } from './none.js';
import { pid } from './pid.js';

export const flushControllers = new Registry<NamedMaker<[], FlushController>>('flush controller', {
  none: named(none),
  fixed: named(fixed),
  adaptive: named(adaptive),
  'adaptive-literal': named(adaptiveLiteral),
  aimd: named(aimd),
  pid: named(pid),
  deadline: named(deadline),
});
