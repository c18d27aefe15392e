/** `snapsim claims`: the ledger, with what the figures measure and the verdicts. */
import type { Command } from 'commander';
import { claimsJson, claimsTable } from '../claims/index.js';
import { figures } from '../figures/index.js';
import { defaultWorkers } from '../run/pool.js';
import { judge, runFigures } from '../run/reproduce.js';
import { Progress } from './progress.js';

export function addClaims(program: Command): void {
  program
    .command('claims')
    .description('every claim of the papers: class, paper, simulated value with interval, verdict, calibration')
    .option('--quick', 'measure with fewer seeds and smaller samples')
    .option('--json', 'print JSON')
    .action(async ({ quick, json }: { quick?: true; json?: true }) => {
      const progress = new Progress('measuring claims');
      const measured = await runFigures(figures.names, quick === true ? 'quick' : 'full', defaultWorkers(), (share) =>
        progress.update(share),
      );
      progress.end();
      const claims = judge(measured);
      process.stdout.write(json === true ? `${JSON.stringify(claimsJson(claims), null, 1)}\n` : claimsTable(claims));
    });
}
