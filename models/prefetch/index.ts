/** The prefetch governors that can be chosen by name. */
import { InputError } from '../../sim/errors.js';
import { defaults, expectedOneOf, type OptionSet, type Values } from '../../sim/options.js';
import type { RandomStream } from '../../sim/random.js';
import { Registry } from '../../sim/registry.js';
import { collective } from './collective.js';
import { fvdPaper } from './fvd-paper.js';
import { fvdPublished } from './fvd-published.js';
import type { GovernorModel, PrefetchGovernor } from './governor.js';
import { manners } from './manners.js';
import { nice } from './nice.js';
import { rateLimit } from './rate-limit.js';

/** What the registry knows of a governor: its options by name, their types checked where they were declared. */
const entry = <S extends OptionSet>(model: GovernorModel<S>): GovernorModel => ({
  ...model,
  make: (options, random) => model.make(options as Values<S>, random),
});

export const governors = new Registry<GovernorModel>('prefetch governor', {
  'fvd-paper': entry(fvdPaper),
  'fvd-2011': entry(fvdPublished),
  collective: entry(collective),
  manners: entry(manners),
  nice: entry(nice),
  'rate-limit': entry(rateLimit),
});

/**
 * A governor by name with some of its options set, the others at their defaults.
 * @throws InputError where it has no such option
 */
export function makeGovernor(name: string, given: Readonly<Record<string, number>>, random: RandomStream, where: string): PrefetchGovernor {
  const model = governors.get(name, where);
  const values: Record<string, number | string | boolean> = { ...defaults(model.options) };
  for (const [option, value] of Object.entries(given)) {
    if (!Object.hasOwn(model.options, option))
      throw new InputError(where, `${option} for the prefetch governor ${name}`, expectedOneOf(option, Object.keys(model.options)));
    values[option] = value;
  }
  return model.make(values as Values<OptionSet>, random);
}
