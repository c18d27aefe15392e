/** `snapsim export`: a simulated image, after a script of operations, as a real file that real programs open. */
import { Option, type Command } from 'commander';
import { InputError } from '../../sim/errors.js';
import { readOptions } from '../../sim/options.js';
import { parseSize, sectorBytes, type Bytes } from '../../sim/units.js';
import { formats } from '../../models/formats/index.js';
import { LIVE, type ImageFormatModel } from '../../models/io/image-format.js';
import { fileKinds, kindsOf } from '../export/files/index.js';
import { SparseFile } from '../export/files/sparse-file.js';
import { randomScript } from '../export/random-script.js';
import { readScript, type Script } from '../export/script.js';
import { simulate } from '../export/simulate.js';
import { wholeNumber } from './values.js';

interface Options {
  readonly format: string;
  readonly set: readonly string[];
  readonly diskSize: string;
  readonly script?: string;
  readonly random?: number;
  readonly seed: number;
  readonly as: string;
  readonly snapshot?: string;
}

export function addExport(program: Command): void {
  program
    .command('export')
    .description(
      'a simulated image as a real file: its own layout, guest data as a pattern (operation n, from 0, fills with n mod 255 + 1)',
    )
    .argument('<output>', 'the file to write, whole or not at all; sparse')
    .requiredOption('--format <name>', `the simulated image format (${formats.names.join(', ')})`)
    .addOption(
      new Option('--set <option=value>', 'an option of the format; may be given several times (see: snapsim list formats)')
        .default([], 'none')
        .argParser((text: string, before: string[]) => [...before, text]),
    )
    .requiredOption('--disk-size <size>', 'size of the virtual disk')
    .addOption(
      new Option(
        '--script <file>',
        'operations, one a line: write OFFSET BYTES, read OFFSET BYTES, flush, reopen, snap-create NAME, snap-apply NAME, snap-delete NAME',
      ).conflicts('random'),
    )
    .addOption(new Option('--random <n>', 'this many random operations').argParser(wholeNumber('--random', 0, 10_000_000)))
    .addOption(
      new Option('--seed <k>', 'seed of the random operations')
        .default(1)
        .argParser(wholeNumber('--seed', 0, 2 ** 32 - 1))
        .conflicts('script'),
    )
    .requiredOption('--as <kind>', `the kind of file: ${kindsInWords()}`)
    .option('--snapshot <name>', 'with --as raw: the content of this snapshot in place of the live disk')
    .action(exportImage);
}

function exportImage(output: string, options: Options): void {
  const model = formats.get(options.format, '--format');
  const kind = fileKinds.get(options.as, '--as');
  if (!kind.formats.includes(options.format)) {
    throw new InputError('--as', `${options.as} of an image in ${options.format}`, `one of ${kindsOf(options.format).join(', ')}`);
  }
  const diskBytes = readDiskSize(options.diskSize);
  const script = scriptOf(options, diskBytes, model);
  const settings = readSettings(options.set);
  // The simulation would refuse them without knowing the format's name.
  readOptions(model.options, settings, options.format);
  const image = simulate(model, settings, diskBytes, script);
  SparseFile.write(output, (file) => kind.write(image, file, options.snapshot ?? LIVE));
  if (image.format.diskBytes !== diskBytes) {
    const note = `note: the disk has ${image.format.diskBytes} bytes, not the ${diskBytes} asked for: the format rounds sizes up`;
    process.stdout.write(`${note}\n`);
  }
  process.stdout.write(`${output}: ${options.format} as ${options.as} after ${script.operations.length} operations\n`);
}

/** Each kind with the formats that it is written of. */
const kindsInWords = (): string =>
  [...fileKinds]
    .map(([name, kind]) => `${name} (of ${kind.formats.length === formats.names.length ? 'any format' : kind.formats.join(', ')})`)
    .join(', ');

function scriptOf({ script, random, seed }: Options, diskBytes: Bytes, { hasSnapshots, longestSnapshotName }: ImageFormatModel): Script {
  if (script !== undefined) return readScript(script, { diskBytes, longestSnapshotName });
  if (random === undefined) throw new InputError('export', 'neither --script nor --random', 'the operations that the image has seen');
  return randomScript(random, seed, diskBytes, hasSnapshots);
}

function readDiskSize(text: string): Bytes {
  const bytes = parseSize(text, '--disk-size');
  if (bytes <= 0 || bytes % sectorBytes !== 0) throw new InputError('--disk-size', text, 'a multiple of 512 bytes above 0');
  return bytes;
}

function readSettings(texts: readonly string[]): Record<string, string> {
  const settings: Record<string, string> = {};
  for (const text of texts) {
    const match = /^([A-Za-z]\w*)=(.*)$/.exec(text);
    if (match === null) throw new InputError('--set', `"${text}"`, 'OPTION=VALUE');
    settings[match[1]!] = match[2]!;
  }
  return settings;
}
