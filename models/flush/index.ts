/** The flush-speed controllers by name. */
import { readOptions, type OptionSet } from '../../sim/options.js';
import { Registry } from '../../sim/registry.js';
import { adaptive, adaptiveLiteral } from './adaptive.js';
import { aimd } from './aimd.js';
import { deadline } from './deadline.js';
import { fixed } from './fixed.js';
import type { FlushController, FlushModel } from './flush-controller.js';
import { none } from './none.js';
import { pid } from './pid.js';

/** A controller whose options are read from text or plain values when it is made. */
export interface NamedController {
  readonly about: string;
  readonly source: string;
  readonly options: OptionSet;
  /** Throws InputError, naming `where`, at options that are unknown or wrong. */
  make(given: Readonly<Record<string, unknown>>, where: string): FlushController;
}

const named = <S extends OptionSet>(model: FlushModel<S>): NamedController => ({
  about: model.about,
  source: model.source,
  options: model.options,
  make: (given, where) => model.make(readOptions(model.options, given, where)),
});

export const flushControllers = new Registry<NamedController>('flush controller', {
  none: named(none),
  fixed: named(fixed),
  adaptive: named(adaptive),
  'adaptive-literal': named(adaptiveLiteral),
  aimd: named(aimd),
  pid: named(pid),
  deadline: named(deadline),
});
