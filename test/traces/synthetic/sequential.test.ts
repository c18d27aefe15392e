import { expect } from 'chai';
import { defaults } from '../../../sim/options.js';
import { KiB } from '../../../sim/units.js';
import { TraceBatch, TraceOp } from '../../../traces/batch.js';
import { sequential } from '../../../traces/synthetic/sequential.js';

function records(given: Readonly<Record<string, unknown>>): [number, number, number][] {
  const reader = sequential.open({ ...defaults(sequential.options), ...given }, 1);
  const batch = new TraceBatch();
  const all: [number, number, number][] = [];
  while (reader.read(batch) > 0) {
    for (let i = 0; i < batch.size; i++) all.push([batch.op[i]!, batch.offset[i]!, batch.bytes[i]!]);
  }
  return all;
}

describe('sequential workload', () => {
  it('covers its range once, the last request shorter', () => {
    expect(records({ op: 'read', offset: 4 * KiB, size: 10 * KiB, block: 4 * KiB })).eql([
      [TraceOp.READ, 4 * KiB, 4 * KiB],
      [TraceOp.READ, 8 * KiB, 4 * KiB],
      [TraceOp.READ, 12 * KiB, 2 * KiB],
    ]);
  });

  it('leaves gaps at a stride, and refuses one below the block', () => {
    expect(records({ size: 16 * KiB, block: 4 * KiB, stride: 8 * KiB }).map(([, offset]) => offset)).eql([0, 8 * KiB]);
    expect(() => records({ block: 8 * KiB, stride: 4 * KiB })).throw(/sequential\.stride/);
  });
});
