/** Files that a command writes besides its table, where it is asked to: every request, and a timeline; a manifest beside each. */
import type { Command } from 'commander';
import { openTableFile, type TableFile } from '../../results/table-file.js';
import type { RunIdentity } from '../../results/provenance.js';
import type { Timeline } from '../../sim/timeline.js';
import { beginFileManifests } from '../run/file-manifest.js';
import { requestColumns, RequestLog } from '../run/request-log.js';
import { addTimelineOptions, saveAndTell, timelineOf, type TimelineFlags } from './timeline-options.js';

export interface OutputFlags extends TimelineFlags {
  readonly requests?: string;
}

/** @param of which run of the command the timeline is of */
export const addOutputOptions = (command: Command, of: string): Command =>
  addTimelineOptions(command, of).option(
    '--requests <file>',
    'write every request with all parts of its latency: .parquet, .csv, .jsonl, .csv.gz or .jsonl.gz',
  );

export class RequestOutputs {
  readonly timeline: Timeline | null;
  readonly requests: RequestLog | null;
  private readonly table: TableFile | null;
  private readonly endManifests: ((files: readonly string[]) => void) | null;

  /**
   * @param identity what the manifests say of the run; asked only where a file is written
   * @throws InputError at a file that cannot be written, before anything runs
   */
  constructor(
    private readonly flags: OutputFlags,
    identity: () => Omit<RunIdentity, 'command'>,
  ) {
    const { requests, timeline } = flags;
    this.timeline = timelineOf(flags);
    const writes = requests !== undefined || timeline !== undefined;
    this.endManifests = writes ? beginFileManifests({ command: ['snapsim', ...process.argv.slice(2)], ...identity() }) : null;
    this.table = requests === undefined ? null : openTableFile(requests, requestColumns, '--requests');
    this.requests = this.table === null ? null : new RequestLog(this.table);
  }

  /** Makes the files appear. */
  commit(): void {
    const { requests, timeline } = this.flags;
    this.table?.commit();
    if (timeline !== undefined && this.timeline !== null) saveAndTell(this.timeline, timeline);
    this.endManifests?.([requests, timeline].filter((file) => file !== undefined));
  }

  /** Leaves nothing behind, where nothing was committed. */
  abandon(): void {
    this.table?.abandon();
  }
}
