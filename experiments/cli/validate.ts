/** `snapsim validate`: the models against what real drivers and real drives did. */
import type { Command } from 'commander';
import { InputError } from '../../sim/errors.js';
import { sharedFolder } from '../places.js';
import { validateDisk } from '../validate/disk.js';
import { validateFormats } from '../validate/formats.js';
import { table } from './table.js';

interface Options {
  readonly against?: string;
  readonly json?: true;
}

export function addValidate(program: Command): void {
  const validate = program.command('validate').description('hold the models against recorded truth: per file, how much is exact');
  validate
    .command('formats')
    .description('host I/O and tables of image formats against those of the real drivers, operation by operation')
    .option('--against <folder>', 'recordings of real drivers (default: truth in the folder of reference data)')
    .option('--json', 'print JSON')
    .action((options: Options) => {
      const { files } = validateFormats(folderOf(options, 'truth'));
      print(options, { files }, () =>
        table(
          ['file', 'model', 'operations', 'exact', 'checkpoints', 'exact', 'first difference'],
          files.map((file) => [
            file.file,
            file.model ?? '-',
            String(file.ops),
            String(file.exact),
            String(file.checkpoints),
            String(file.checkpointsExact),
            file.reason ?? file.firstDifference ?? '',
          ]),
        ),
      );
    });
  validate
    .command('disk')
    .description("the mechanical disk against a reference simulator's and real drives' response times")
    .option('--against <folder>', 'drives with their tables and traces (default: disk-reference in the folder of reference data)')
    .option('--json', 'print JSON')
    .action((options: Options) => {
      const { files } = validateDisk(folderOf(options, 'disk-reference'));
      const ms = (value: number | null): string => (value === null ? '-' : value.toFixed(4));
      print(options, { files }, () =>
        table(
          [
            'file',
            'requests',
            'within 0.01 ms',
            'wrong places',
            'worst ms',
            'mean ms',
            'reference ms',
            'demerit ms',
            'bias ms',
            'rms ms',
            'order differs at',
          ],
          files.map((file) => [
            file.file,
            String(file.requests),
            `${(file.within_0_01_ms * 100).toFixed(2)} %`,
            file.wrong_positions === null ? '-' : String(file.wrong_positions),
            ms(file.worst_ms),
            ms(file.mean_ms),
            ms(file.reference_mean_ms),
            ms(file.demerit_ms),
            ms(file.bias_ms),
            ms(file.rms_ms),
            file.first_order_difference === null ? 'nowhere' : String(file.first_order_difference),
          ]),
        ),
      );
    });
}

function folderOf({ against }: Options, name: string): string {
  const folder = against ?? sharedFolder(name);
  if (folder === null)
    throw new InputError('--against', 'no folder of reference data', `--against FOLDER, or $SNAPSIM_SHARED with ${name} in it`);
  return folder;
}

function print({ json }: Options, result: unknown, inWords: () => string): void {
  process.stdout.write(`${json === true ? JSON.stringify(result, null, 1) : inWords()}\n`);
}
