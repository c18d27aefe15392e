/** What `replay-memory --report` writes: a page of the first method. */
import { beginManifest, type Manifest, type RunIdentity } from '../../results/provenance.js';
import { renderReport } from '../../results/report/index.js';
import { checkWritable, writeAllWhole } from '../../results/store.js';
import { InputError } from '../../sim/errors.js';
import { packageRoot } from '../places.js';
import { memoryReport } from '../report/memory-report.js';
import { newWatchTimeline, RunWatch } from '../report/run-watch.js';
import type { MemoryMachine } from '../run/memory-machine.js';

interface Flags {
  readonly methods: readonly string[];
  readonly timeline?: string;
  readonly minimumInterval?: true;
}

export class WatchedMemory {
  readonly timeline = newWatchTimeline();
  private watch: RunWatch | null = null;
  private readonly endManifest: (outputs: ReadonlyMap<string, string>) => Manifest;
  private readonly command = ['snapsim', ...process.argv.slice(2)];
  private machine: MemoryMachine | null = null;

  /** @throws InputError where the same run is to be recorded twice, there is no one run, or the page cannot be written */
  constructor(
    private readonly file: string,
    private readonly flags: Flags,
    private readonly identity: Omit<RunIdentity, 'command'>,
  ) {
    if (file === '') throw new InputError('--report', 'an empty text', 'a file');
    if (flags.timeline !== undefined)
      throw new InputError('--report', `also --timeline ${flags.timeline}`, 'one of the two: both record the first method');
    if (flags.minimumInterval === true)
      throw new InputError('--report', 'also --minimum-interval', 'one of the two: a search has many runs');
    checkWritable(file);
    this.endManifest = beginManifest(packageRoot, { command: this.command, ...identity });
  }

  readonly look = (machine: MemoryMachine): void => {
    this.machine = machine;
    this.watch = new RunWatch(machine.kernel, null, this.timeline);
    machine.device.observe(this.watch);
  };

  /** Throws InputError where the page cannot be written, or no method was run that saves pages. */
  async write(): Promise<void> {
    const { machine, watch, flags, identity, file } = this;
    if (machine === null || watch === null)
      throw new InputError('--report', `--methods ${flags.methods.join(',')}`, 'a method that saves pages');
    const model = await memoryReport({
      method: flags.methods[0]!,
      manifest: this.endManifest(new Map()),
      config: JSON.stringify(identity.config, null, 1),
      command: this.command.join(' '),
      watch,
      records: machine.host.records,
    });
    writeAllWhole(new Map([[file, renderReport(model)]]));
  }
}
