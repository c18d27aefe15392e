/** Options of things that are chosen by name, as a command line gives them: `--set NAME.OPTION=VALUE`, several times. */
import { InputError } from '../../sim/errors.js';

export interface NamedSetting {
  readonly name: string;
  readonly option: string;
  readonly text: string;
}

/**
 * @param kind what a name is of, such as `format`
 * @throws InputError at what is no setting, or names nothing that is asked for
 */
export function readSetting(flag: string, given: string, kind: string, chosen: readonly string[], from: string): NamedSetting {
  const [, name, option, text] = /^(.+)\.([A-Za-z]\w*)=(.*)$/.exec(given) ?? [];
  if (name === undefined || option === undefined || text === undefined || !chosen.includes(name)) {
    throw new InputError(flag, `"${given}"`, `${kind.toUpperCase()}.OPTION=VALUE with a ${kind} of ${from} (${chosen.join(', ')})`);
  }
  return { name, option, text };
}

/** The options of one of them. */
export const optionsOf = (name: string, settings: readonly NamedSetting[]): Record<string, string> =>
  Object.fromEntries(settings.filter((setting) => setting.name === name).map(({ option, text }) => [option, text]));
