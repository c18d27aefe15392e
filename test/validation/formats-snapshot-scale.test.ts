import { expect } from 'chai';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { packageRoot } from '../../experiments/places.js';
import { scaleDifference, scaleRecords } from '../../experiments/validate/formats/scale.js';

const records = scaleRecords(JSON.parse(readFileSync(path.join(packageRoot, 'test/fixtures/truth/snapshot-scale.json'), 'utf8')))!;

describe('cost of internal snapshots in qcow2-0.12 by size of the image', function () {
  this.timeout(60_000);

  for (const record of records) {
    it(`is that of QEMU 0.12.5 on ${record.gib} GiB, clusters of ${record.cluster}, ${record.how}`, () => {
      expect(scaleDifference(record, 'test')).to.equal(null);
    });
  }

  it('finds one write that differs', () => {
    const record = records[0]!;
    const changed = { ...record, apply: { ...record.apply, writes: record.apply.writes + 1 } };
    expect(scaleDifference(changed, 'test')).to.match(/apply is/);
  });
});
