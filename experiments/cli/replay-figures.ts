/** What `replay --report` and `explain --out` write: a page of the runs, and figures of where their time went. */
import path from 'node:path';
import { beginManifest, type Manifest, type RunIdentity } from '../../results/provenance.js';
import { renderReport } from '../../results/report/index.js';
import { checkWritable, makeFolder, writeAllWhole } from '../../results/store.js';
import { InputError } from '../../sim/errors.js';
import { packageRoot } from '../places.js';
import { explainedFigures } from '../report/explained.js';
import { figureFiles } from '../report/own-figure.js';
import { replayReport, type WatchedSystem } from '../report/replay-report.js';
import { RunWatch } from '../report/run-watch.js';
import type { ReplayResult, SystemResult } from '../run/replay-run.js';
import type { World } from '../run/world.js';
import { replayNumbers } from './replay-tables.js';

const commandOf = (): string[] => ['snapsim', ...process.argv.slice(2)];
const inWords = (config: unknown): string => JSON.stringify(config, null, 1);

/** Looks on while systems run, and writes a page of them in the end. */
export class WatchedReplay {
  private readonly watched: WatchedSystem[] = [];
  private identity: Omit<RunIdentity, 'command'> | null = null;
  private endManifest: ((outputs: ReadonlyMap<string, string>) => Manifest) | null = null;
  private result: ReplayResult | null = null;
  private mode = '';

  /** @throws InputError where the same run is to be recorded twice, or the page has no name, or cannot be written */
  constructor(
    private readonly file: string,
    { timeline }: { readonly timeline?: string },
  ) {
    if (file === '') throw new InputError('--report', 'an empty text', 'a file');
    if (timeline !== undefined)
      throw new InputError('--report', `also --timeline ${timeline}`, 'one of the two: both record the first system');
    checkWritable(file);
  }

  begin(identity: Omit<RunIdentity, 'command'>): void {
    this.identity = identity;
    this.endManifest = beginManifest(packageRoot, { command: commandOf(), ...identity });
  }

  readonly watch = (world: World, { span }: { readonly span: number }): void => {
    const watch = new RunWatch(world.kernel, { span, bytes: () => world.format.allocatedBytes() });
    world.disk.record(watch.timeline);
    world.device.observe(watch);
    this.watched.push({ name: world.setup.label, world, watch });
  };

  /** @param mode in words */
  end(result: ReplayResult, mode: string): void {
    this.result = result;
    this.mode = mode;
  }

  /** Throws InputError where the page cannot be written. */
  async write(): Promise<void> {
    const { watched, result, identity, endManifest, file } = this;
    if (identity === null || endManifest === null || result === null) throw new Error('a page of a run that never began');
    const { systems } = result;
    const model = await replayReport({
      title: `Replay on ${systems.map(({ system }) => system).join(', ')}`,
      manifest: endManifest(new Map()),
      config: inWords(identity.config),
      command: commandOf().join(' '),
      numbers: replayNumbers(result, this.mode),
      systems,
      watched,
    });
    writeAllWhole(new Map([[file, renderReport(model)]]));
  }
}

/** Makes the folder of `explain --out`. Throws InputError where there can be none that is written to. */
export function prepareFolder(folder: string): void {
  if (folder === '') throw new InputError('--out', 'an empty text', 'a folder');
  makeFolder(folder);
  checkWritable(path.join(folder, 'figures'));
}

/** Draws where the time of requests went into a folder that exists. Throws InputError where it cannot be written to. */
export async function drawExplained(folder: string, systems: readonly SystemResult[], config: unknown): Promise<void> {
  const figures = await explainedFigures(systems, inWords(config), commandOf().join(' '));
  const files = figures.flatMap((figure) =>
    figureFiles(figure).map(([ending, content]): [string, string | Uint8Array] => [path.join(folder, `${figure.id}.${ending}`), content]),
  );
  writeAllWhole(new Map(files));
}
