import { expect } from 'chai';
import path from 'node:path';
import type { ColumnCells, TableStream } from '../../../results/table-stream.js';
import { packageRoot } from '../../../experiments/places.js';
import { replayTrace, type SystemResult } from '../../../experiments/run/replay-run.js';
import { requestColumns, RequestLog } from '../../../experiments/run/request-log.js';
import { setupOf } from '../../../experiments/run/world.js';
import { testbeds } from '../../../experiments/testbeds/index.js';

const sample = path.join(packageRoot, 'traces', 'samples', 'postmark-ext3.blktrace.0.gz');

/** A table in memory, column by column. */
class Kept implements TableStream {
  readonly columns = new Map<string, (number | string)[]>(requestColumns.map(({ name }) => [name, []]));
  largest = 0;

  add(cells: readonly ColumnCells[]): void {
    requestColumns.forEach(({ name }, i) => {
      for (const cell of cells[i]!) this.columns.get(name)!.push(cell as number | string);
      this.largest = Math.max(this.largest, cells[i]!.length);
    });
  }

  end(): void {}
}

function replay(formats: readonly string[], requests: RequestLog | null): readonly SystemResult[] {
  const testbed = testbeds.get('fvd', 'the test');
  const options = { format: undefined, action: undefined, device: undefined, csv: undefined };
  const setups = formats.map((format) => ({ ...setupOf(testbed, format), diskBytes: 2 ** 33 }));
  const mode = { kind: 'closed', depth: 4 } as const;
  return replayTrace({ trace: sample, options, mode, initial: 'touched', setups, snapshots: null, requests }, () => {}).systems;
}

describe('the log of requests', () => {
  const kept = new Kept();
  let systems: readonly SystemResult[] = [];
  before(() => {
    systems = replay(['raw', 'qcow2-0.12'], new RequestLog(kept));
  });
  const column = (name: string): number[] => kept.columns.get(name) as number[];

  it('has a row for every request of every system', () => {
    const rows = column('system').length;
    expect(rows).equals(systems.reduce((sum, { requests }) => sum + requests, 0));
    expect([...new Set(kept.columns.get('system'))]).deep.equals(['raw', 'qcow2-0.12']);
    expect(kept.columns.get('op')!.filter((op) => op === 'read')).length(systems[0]!.reads.count + systems[1]!.reads.count);
    for (const cells of kept.columns.values()) expect(cells).length(rows);
  });

  it('gives all of the latency to its parts, and lies between arrival and completion', () => {
    const parts = requestColumns.slice(8).map(({ name }) => column(name));
    column('latency').forEach((latency, i) => {
      expect(parts.reduce((sum, part) => sum + part[i]!, 0)).equals(latency);
      expect(column('completion')[i]! - column('arrival')[i]!).equals(latency);
      expect(column('start')[i]! - column('arrival')[i]!).equals(column('guest_queue')[i]);
    });
    expect(parts).length(24);
    expect(parts.every((part) => part.every((time) => time >= 0))).equals(true);
  });

  it('sums to what the run says of itself', () => {
    const [raw] = systems;
    const own = column('latency').slice(0, raw!.requests);
    expect(own.reduce((sum, latency) => sum + latency, 0) / own.length / 1e6).closeTo(raw!.meanMs!, 1e-9);
  });

  it('changes nothing', () => {
    expect(replay(['raw', 'qcow2-0.12'], null).map(({ fingerprint }) => fingerprint)).deep.equals(
      systems.map(({ fingerprint }) => fingerprint),
    );
  });

  it('holds whole numbers only', () => {
    for (const { name, type } of requestColumns)
      if (type === 'integer') expect(column(name).every(Number.isSafeInteger), name).equals(true);
  });
});
