/** `snapsim claims`: the ledger, with what the figures measure and the verdicts; what single claims owe to what their papers leave open. */
import type { Command } from 'commander';
import { InputError } from '../../sim/errors.js';
import { claimsJson, claimsTable, loadLedger, withBands } from '../claims/index.js';
import { measureBands } from '../claims/sensitivity-bands.js';
import { measureOf } from '../claims/sensitivity.js';
import type { Scale } from '../figures/figure.js';
import { figures } from '../figures/index.js';
import { storeBand, storedBands } from '../run/band-store.js';
import { allMeasures, failuresOf, judge, measureFigures } from '../run/measure-figures.js';
import { openStore, type RunSettings } from '../run/runs.js';
import type { RunStore } from '../run/run-store.js';
import { printSensitivity } from './claims-sensitivity.js';
import { reportFailures, runOptions, RunProgress } from './run-progress.js';
import { wholeNumber } from './values.js';

interface Options {
  readonly quick?: true;
  readonly full?: true;
  readonly json?: true;
  readonly sensitivity?: string;
  readonly bands?: readonly string[] | true;
  readonly samples: number;
  readonly seeds: number;
  readonly out?: string;
  readonly workers: number;
  readonly store: string;
  readonly fresh?: true;
}

export function addClaims(program: Command): void {
  program
    .command('claims')
    .description('every claim of the papers: class, paper, simulated value with interval and band, verdict, calibration')
    .option('--quick', 'measure with fewer seeds and smaller samples')
    .option('--full', 'with --sensitivity or --bands: at full scale, where quick is usual')
    .option('--json', 'print JSON')
    .option('--sensitivity <claim>', 'move each open parameter of a claim to both ends of its range: a tornado plot and a table')
    .option(
      '--bands [claim...]',
      'measure what these claims (all that are modelled, if none is given) may be with open parameters anywhere',
    )
    .option('--samples <n>', 'samples of the open parameters for a band', wholeNumber('--samples', 2, 10_000), 20)
    .option('--seeds <n>', 'seeds a point is run with, for sensitivity and bands', wholeNumber('--seeds', 1, 1000), 1)
    .option('--out <folder>', 'where a sensitivity goes (default: results/out/sensitivity/CLAIM)')
    .addOption(runOptions.workers())
    .addOption(runOptions.store())
    .addOption(runOptions.fresh())
    .action(async (options: Options) => {
      const scale = scaleOf(options);
      const store = openStore(options.store, options.fresh === true);
      const progress = new RunProgress(
        options.sensitivity === undefined ? 'measuring claims' : `moving parameters of ${options.sensitivity}`,
      );
      const settings = { store, workers: options.workers, onProgress: progress.update };
      if (options.sensitivity !== undefined) {
        await printSensitivity(options.sensitivity, { ...options, scale, isJson: options.json === true }, settings, () => progress.end());
        return;
      }
      const only = Array.isArray(options.bands) ? (options.bands as readonly string[]) : [];
      if (options.bands !== undefined) await measureAndStore(only, options, scale, settings);
      await printClaims(only, options, scale, settings, store);
      progress.end();
    });
}

/** Runs that move parameters are many, and quick where nobody asks for more. */
function scaleOf({ quick, full, sensitivity, bands }: Options): Scale {
  const isMany = sensitivity !== undefined || bands !== undefined;
  if (sensitivity !== undefined && bands !== undefined) throw new InputError('--sensitivity', '--bands beside it', 'one of the two');
  if (full === true && quick === true) throw new InputError('--full', '--quick beside it', 'one of the two');
  if (full === true && !isMany)
    throw new InputError('--full', 'neither --sensitivity nor --bands', 'one of them: the ledger is measured in full anyway');
  return quick === true || (isMany && full !== true) ? 'quick' : 'full';
}

/** @param only these claims, measured by the figures that they need; all where empty */
async function printClaims(
  only: readonly string[],
  { json, store: folder }: Options,
  scale: Scale,
  settings: RunSettings,
  store: RunStore,
): Promise<void> {
  const needed = new Set(only.map((id) => measureOf(id, loadLedger(), allMeasures()).by.figure));
  const names = figures.names.filter((name) => only.length === 0 || needed.has(figures.get(name, 'claims')));
  const measured = await measureFigures(names, scale, settings);
  const judged = withBands(judge(measured), storedBands(folder, scale, store.code).bands);
  const claims = only.length === 0 ? judged : judged.filter(({ claim }) => only.includes(claim.id));
  process.stdout.write(json === true ? `${JSON.stringify(claimsJson(claims), null, 1)}\n` : claimsTable(claims));
  reportFailures(failuresOf(measured));
}

async function measureAndStore(
  ids: readonly string[],
  options: Options,
  scale: Scale,
  settings: RunSettings & { store: RunStore },
): Promise<void> {
  const ledger = loadLedger();
  const measures = allMeasures();
  const chosen = ids.length > 0 ? ids : ledger.claims.map(({ id }) => id).filter((id) => measures.has(id));
  const claims = chosen.map((id) => measureOf(id, ledger, measures));
  const sampling = { samples: options.samples, seedsAtMost: options.seeds };
  const { bands, failures, notes } = await measureBands(claims, scale, sampling, settings);
  for (const [claim, band] of bands) storeBand(options.store, scale, { claim, code: settings.store.code, band });
  for (const note of notes) process.stderr.write(`snapsim: ${note}\n`);
  reportFailures(failures);
}
