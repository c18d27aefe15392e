import { expect } from 'chai';
import { HostFiles } from '../../../../experiments/validate/crash/host-files.js';
import { markOf } from '../../../../experiments/validate/crash/events.js';
import { recoverQcow2 } from '../../../../experiments/validate/crash/qcow2-recovery.js';
import { Recorder } from '../../../../experiments/validate/crash/recorder.js';
import type { Recovered, Survivors } from '../../../../experiments/validate/crash/recovery.js';
import { imageSettings } from '../../../../experiments/validate/crash/settings.js';
import { formats } from '../../../../models/formats/index.js';
import { Qcow2Base } from '../../../../models/formats/qcow2/base-image.js';
import { LIVE, Op } from '../../../../models/io/image-format.js';
import { readOptions } from '../../../../sim/options.js';
import { KiB, sectorBytes } from '../../../../sim/units.js';

/** An image with clusters of a sector, whose refcount blocks count 256 of them each, after `script`; all its writes have survived. */
function atRest(name: string, script: (recorder: Recorder) => void) {
  const model = formats.get(name, 'format');
  const context = { diskBytes: 512 * KiB, cache: 'none', slots: 1, backing: null } as const;
  const image = model.make(context, readOptions(model.options, { cluster: sectorBytes }, name));
  if (!(image instanceof Qcow2Base)) throw new Error(`${name} is no image of qcow2`);
  const recovery = recoverQcow2(image, 0);
  const recorder = new Recorder(image, recovery, imageSettings.clusterBytes);
  recorder.run(Op.CREATE);
  recorder.run(Op.OPEN);
  script(recorder);
  recorder.run(Op.CLOSE);
  const host = new HostFiles();
  for (const event of recorder.events) {
    if (event.kind === 'issue') host.apply(event.write);
    if (event.kind === 'truncate') host.truncate(event.file, event.bytes);
  }
  const survivors: Survivors = (file, offset) => host.get(file, offset);
  const recover = (seen: Survivors): Recovered => recovery.recover(seen, (file) => host.size(file))!;
  return { image, survivors, recover };
}

for (const name of ['qcow2-0.12', 'qcow2-7.2']) {
  describe(`recovery of ${name}`, () => {
    const written = 200 * KiB;
    const { image, survivors, recover } = atRest(name, (recorder) => {
      for (let at = 0; at < written; at += 8 * KiB) recorder.run(Op.WRITE, at, 8 * KiB);
    });
    const blocks = image.inspect().refcountBlocks.filter((cluster) => cluster !== 0);

    it('finds nothing wrong with an image at rest that has several refcount blocks', () => {
      expect(blocks.length).to.be.greaterThan(1);
      const { leaks, dangling, views } = recover(survivors);
      expect({ leaks, dangling }).to.deep.equal({ leaks: 0, dangling: 0 });
      const last = written - sectorBytes;
      const place = views.get(LIVE)!(last)!;
      expect(survivors(place.file, place.offset)).to.equal(markOf(written / (8 * KiB), last / sectorBytes));
    });

    it('misses the counts of every single block', () => {
      for (const block of blocks) {
        const lost: Survivors = (file, offset) => (offset === block * sectorBytes ? 0 : survivors(file, offset));
        expect(recover(lost).dangling, `block at cluster ${block}`).to.be.greaterThan(0);
      }
    });

    it('misses the blocks to which the table does not refer', () => {
      const { refcountTableOffset } = image.inspect();
      const table = survivors(0, refcountTableOffset) as readonly number[];
      const cut: Survivors = (file, offset) =>
        offset === refcountTableOffset ? [table[0]!, ...table.slice(1).map(() => 0)] : survivors(file, offset);
      expect(recover(cut).dangling).to.be.greaterThan(0);
    });

    it('finds nothing wrong at rest after snapshots, one of them applied, one deleted', () => {
      const { recover: recoverAfter, survivors: after } = atRest(name, (recorder) => {
        recorder.run(Op.WRITE, 0, 160 * KiB);
        recorder.run(Op.SNAPSHOT, 0, 0, 'a');
        recorder.run(Op.WRITE, 8 * KiB, 32 * KiB);
        recorder.run(Op.SNAPSHOT, 0, 0, 'b');
        recorder.run(Op.WRITE, 16 * KiB, 32 * KiB);
        recorder.run(Op.APPLY, 0, 0, 'a');
        recorder.run(Op.WRITE, 24 * KiB, 32 * KiB);
        recorder.run(Op.DELETE, 0, 0, 'b');
      });
      const { leaks, dangling, views } = recoverAfter(after);
      expect({ leaks, dangling }).to.deep.equal({ leaks: 0, dangling: 0 });
      expect([...views.keys()]).to.deep.equal([LIVE, 'a']);
    });
  });
}
