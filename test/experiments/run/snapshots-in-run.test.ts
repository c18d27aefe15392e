import { expect } from 'chai';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { replayTrace, type SystemResult } from '../../../experiments/run/replay-run.js';
import type { SnapshotTimes } from '../../../experiments/run/snapshots-in-run.js';
import { setupOf } from '../../../experiments/run/world.js';
import { testbeds } from '../../../experiments/testbeds/index.js';
import { formats } from '../../../models/formats/index.js';
import { InputError } from '../../../sim/errors.js';
import { GiB, KiB, millisecond } from '../../../sim/units.js';
import { traceOptions } from '../../../experiments/cli/trace-options.js';

const requests = 400;
const keeping = [...formats].flatMap(([name, model]) => (model.hasSnapshots ? [name] : []));

describe('snapshots in a run', function () {
  this.timeout(120_000);
  let folder = '';
  let trace = '';
  before(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'snapsim-run-'));
    trace = path.join(folder, 'writes.csv');
    // A write or a read at one of 97 places.
    const line = (i: number): string => `${i * 5},${i % 4 === 3 ? 'R' : 'W'},${((i * 31) % 97) * 512 * KiB},65536`;
    writeFileSync(trace, `${Array.from({ length: requests }, (_, i) => line(i)).join('\n')}\n`);
  });
  after(() => rmSync(folder, { recursive: true }));

  function replay(format: string, snapshots: SnapshotTimes | null, backingBytes: number | null = null): SystemResult {
    const setup = { ...setupOf(testbeds.get('fvd', 'test'), format), diskBytes: GiB, backingBytes };
    const options = traceOptions({ csv: 'time=1:ms,op=2,offset=3:bytes,bytes=4' });
    const mode = { kind: 'closed', depth: 2 } as const;
    return replayTrace({ trace, options, mode, initial: 'touched', setups: [setup], snapshots }, () => {}).systems[0]!;
  }

  for (const format of keeping) {
    it(`are taken on ${format} while requests go on, wherever their files lie`, () => {
      const system = replay(format, { every: 500 * millisecond });
      expect(system.requests).to.equal(requests);
      expect(system.snapshots!.taken).to.be.within(3, Math.floor(system.seconds / 0.5));
      expect(system.snapshots!.longestMs).to.be.at.least(system.snapshots!.meanMs!);
      expect(system.snapshots!.meanDrainMs).to.be.at.most(system.snapshots!.meanMs!);
    });
  }

  it('cost what follows them: what was there before is copied, or written anew', () => {
    const plain = replay('qcow2-0.12', null);
    const often = replay('qcow2-0.12', { every: 200 * millisecond });
    expect(plain.snapshots).to.equal(null);
    expect(often.hostIos).to.be.greaterThan(plain.hostIos);
  });

  it('are refused where they fall behind without an end', () => {
    expect(() => replay('qcow2-0.12', { every: millisecond })).to.throw(
      InputError,
      /of qcow2-0.12 every 1 ms: found \d+ that are due after \d+/,
    );
  });

  it('are taken at the times that are given, over a backing image too', () => {
    const system = replay('fvd-paper-overlays', { at: [100 * millisecond, 700 * millisecond] }, GiB / 2);
    expect(system.snapshots!.taken).to.equal(2);
    expect(system.counters['images in the chain']).to.equal(2);
  });

  it('that are due while another is under way follow it', () => {
    const at = [100, 101, 102, 103, 104].map((time) => time * millisecond);
    const { snapshots } = replay('irow-paper', { at });
    expect(snapshots!.longestMs).to.be.greaterThan(1);
    expect([snapshots!.askedFor, snapshots!.taken, snapshots!.notTaken]).to.deep.equal([5, 5, 0]);
  });

  it('whose time comes when the run is over are told', () => {
    const { snapshots } = replay('irow-paper', { at: [100 * millisecond, 3600e9, 3601e9] });
    expect([snapshots!.askedFor, snapshots!.taken, snapshots!.notTaken]).to.deep.equal([3, 1, 2]);
    const never = replay('irow-paper', { every: 3600e9 }).snapshots!;
    expect([never.askedFor, never.taken, never.notTaken, never.meanMs]).to.deep.equal([0, 0, 0, null]);
  });

  it('are asked for as often as their time comes, also where they take longer than that', () => {
    const { snapshots } = replay('irow-paper', { every: 20 * millisecond });
    expect(snapshots!.meanMs).to.be.greaterThan(20);
    expect(snapshots!.taken).to.be.greaterThan(10);
    expect(snapshots!.askedFor).to.be.greaterThan(snapshots!.taken);
    expect(snapshots!.notTaken).to.equal(snapshots!.askedFor - snapshots!.taken);
  });
});
