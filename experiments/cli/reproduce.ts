/** `snapsim reproduce`: the papers' figures. */
import path from 'node:path';
import type { Command } from 'commander';
import { InputError } from '../../sim/errors.js';
import { claimsTable, countVerdicts } from '../claims/index.js';
import { reproduce } from '../run/reproduce.js';
import { figures } from '../figures/index.js';
import { drives } from '../testbeds/drives/index.js';
import { nameOnDrive } from '../testbeds/on-drive.js';
import { reportFailures, runOptions, RunProgress } from './run-progress.js';

interface Options {
  readonly quick?: true;
  readonly drive?: string;
  readonly out?: string;
  readonly workers: number;
  readonly store: string;
  readonly fresh?: true;
}

export function addReproduce(program: Command): void {
  program
    .command('reproduce')
    .description("draw the papers' figures: rows, charts, claims and one HTML report; a run that was broken off goes on where it stood")
    .argument('[id...]', `figures to draw (${figures.names.join(', ')}); all if none is given`)
    .option('--quick', 'fewer seeds and smaller samples: minutes instead of the full run')
    .option(
      '--drive <name>',
      `ours: the same figures with another drive in the test-beds, claims not judged (ssd, ${drives.names.join(', ')}); one figure is also ID-on-DRIVE`,
    )
    .option('--out <folder>', 'where results go (default: results/out/quick or results/out/full, or with -on-DRIVE)')
    .addOption(runOptions.workers())
    .addOption(runOptions.store())
    .addOption(runOptions.fresh())
    .action(async (given: string[], options: Options) => {
      const scale = options.quick === true ? 'quick' : 'full';
      const { drive } = options;
      const ids = drive === undefined ? given : (given.length > 0 ? given : figures.names).map((id) => nameOnDrive(id, drive));
      const folder = options.out ?? path.join('results', 'out', drive === undefined ? scale : nameOnDrive(scale, drive));
      if (folder === '') throw new InputError('--out', 'an empty text', 'a folder');
      const progress = new RunProgress('drawing figures');
      const { workers, store } = options;
      const command = ['snapsim', ...process.argv.slice(2)];
      const request = { ids, scale, folder, workers, store, isFresh: options.fresh === true, command } as const;
      const { report, claims, fingerprint, failures, outdatedBands } = await reproduce(request, progress.update);
      progress.end();
      const measured = claims.filter(({ simulated }) => simulated !== null);
      const counts = countVerdicts(claims).map(([verdict, count]) => `${count} ${verdict}`);
      const bands = `${outdatedBands} measured by other code are left out: snapsim claims --bands measures them anew`;
      process.stdout.write(
        [
          ...(measured.length === 0 ? ['claims: none is judged'] : [claimsTable(measured), '', `claims: ${counts.join(', ')}`]),
          ...(outdatedBands === 0 ? [] : [`bands: ${bands}`]),
          `fingerprint: ${fingerprint}`,
          `report: ${report}`,
          '',
        ].join('\n'),
      );
      reportFailures(failures);
    });
}
