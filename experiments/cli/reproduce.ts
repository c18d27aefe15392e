/** `snapsim reproduce`: the papers' figures. */
import path from 'node:path';
import { Option, type Command } from 'commander';
import { InputError } from '../../sim/errors.js';
import { claimsTable, countVerdicts } from '../claims/index.js';
import { defaultWorkers } from '../run/pool.js';
import { reproduce } from '../run/reproduce.js';
import { figures } from '../figures/index.js';
import { Progress } from './progress.js';
import { wholeNumber } from './values.js';

interface Options {
  readonly quick?: true;
  readonly out?: string;
  readonly workers: number;
}

export function addReproduce(program: Command): void {
  program
    .command('reproduce')
    .description("draw the papers' figures: rows, charts, claims and one HTML report")
    .argument('[id...]', `figures to draw (${figures.names.join(', ')}); all if none is given`)
    .option('--quick', 'fewer seeds and smaller samples: minutes instead of the full run')
    .option('--out <folder>', 'where results go (default: results/out/quick or results/out/full)')
    .addOption(
      new Option('--workers <n>', 'worker threads').default(defaultWorkers(), 'one a core').argParser(wholeNumber('--workers', 1, 256)),
    )
    .action(async (ids: string[], options: Options) => {
      const scale = options.quick === true ? 'quick' : 'full';
      const folder = options.out ?? path.join('results', 'out', scale);
      if (folder === '') throw new InputError('--out', 'an empty text', 'a folder');
      const progress = new Progress('drawing figures');
      const request = { ids, scale, folder, workers: options.workers, command: ['snapsim', ...process.argv.slice(2)] } as const;
      const { report, claims, fingerprint } = await reproduce(request, (share) => progress.update(share));
      progress.end();
      const measured = claims.filter(({ simulated }) => simulated !== null);
      process.stdout.write(
        [
          claimsTable(measured),
          '',
          `claims: ${countVerdicts(claims)
            .map(([verdict, count]) => `${count} ${verdict}`)
            .join(', ')}`,
          `fingerprint: ${fingerprint}`,
          `report: ${report}`,
          '',
        ].join('\n'),
      );
    });
}
