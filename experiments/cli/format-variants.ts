/** Which image formats with which options a command line asks for: `--formats`, `--cluster`, `--set` and `--sweep`. */
import { formats } from '../../models/formats/index.js';
import { InputError } from '../../sim/errors.js';
import { readOptions } from '../../sim/options.js';
import { parseSize } from '../../sim/units.js';
import { optionsOf, readSetting } from './named-settings.js';

export interface FormatFlags {
  readonly formats: readonly string[];
  readonly cluster?: string;
  readonly set: readonly string[];
  readonly sweep: readonly string[];
}

/** One system of the comparison. */
export interface FormatVariant {
  readonly format: string;
  /** The format, and what a sweep gave it. */
  readonly label: string;
  readonly values: Readonly<Record<string, string>>;
}

/** @throws InputError at what names no option of a format that is asked for, or gives one twice, or a value that the option cannot have */
export function formatVariants(flags: FormatFlags): FormatVariant[] {
  const set = flags.set.map((text) => readSetting('--set', text, 'format', flags.formats, '--formats'));
  const swept = flags.sweep.map((text) => readSetting('--sweep', text, 'format', flags.formats, '--formats'));
  for (const { name: format, option } of swept) {
    if ([...set, ...swept].filter((other) => other.name === format && other.option === option).length > 1) {
      throw new InputError('--sweep', `${format}.${option} more than once`, 'each option once, by --set or by --sweep');
    }
  }
  const clusters = readCluster(flags);
  const variants = flags.formats.flatMap((format) => {
    const own = optionsOf(format, set);
    const plain: FormatVariant = { format, label: format, values: clusters.has(format) ? { cluster: flags.cluster!, ...own } : own };
    return swept
      .filter((setting) => setting.name === format)
      .reduce((made, { option, text }) => made.flatMap((variant) => eachValue(variant, option, text)), [plain]);
  });
  // Before anything runs: formats would refuse them only as they are made.
  for (const { format, values } of variants) readOptions(formats.get(format, '--formats').options, values, format);
  return variants;
}

const eachValue = ({ format, label, values }: FormatVariant, option: string, text: string): FormatVariant[] =>
  text.split(',').map((value) => ({ format, label: `${label} ${option}=${value}`, values: { ...values, [option]: value } }));

/** The formats that --cluster goes to. */
function readCluster({ formats: chosen, cluster }: FormatFlags): Set<string> {
  if (cluster === undefined) return new Set();
  parseSize(cluster, '--cluster');
  const takers = chosen.filter((format) => 'cluster' in formats.get(format, '--formats').options);
  if (takers.length === 0) throw new InputError('--cluster', `--formats ${chosen.join(',')}`, 'a format that has clusters');
  return new Set(takers);
}
