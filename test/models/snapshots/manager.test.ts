import { expect } from 'chai';
import { formats } from '../../../models/formats/index.js';
import { Op, type Extent, type ImageFormat } from '../../../models/io/image-format.js';
import { carryOut } from '../../../models/io/untimed.js';
import { adapters } from '../../../models/snapshots/adapters.js';
import { Inventory } from '../../../models/snapshots/inventory.js';
import { SnapshotManager, type DiskWork } from '../../../models/snapshots/manager.js';
import { defaults } from '../../../sim/options.js';
import { MiB } from '../../../sim/units.js';

/** Does the manager's work on images of the formats that the adapters name; of clones it only notes where they come from. */
class Disks implements DiskWork {
  readonly images = new Map<string, ImageFormat>();
  readonly cloned: string[] = [];

  add(vdi: string, type: string): ImageFormat {
    const model = formats.get(adapters.get(type, 'test').format, 'test');
    const image = model.make({ diskBytes: 16 * MiB, cache: 'none', slots: 1, backing: null, name: vdi }, defaults(model.options));
    carryOut(image, Op.CREATE);
    carryOut(image, Op.OPEN);
    this.images.set(vdi, image);
    return image;
  }

  operate(vdi: string, op: Op.SNAPSHOT | Op.DELETE, name: string): void {
    carryOut(this.images.get(vdi)!, op, 0, 0, name);
  }

  extents(vdi: string, name: string): readonly Extent[] {
    return this.images.get(vdi)!.extents(name);
  }

  clone(vdi: string, name: string, clone: string): void {
    this.cloned.push(`${vdi} ${name} ${clone}`);
    this.add(clone, 'zfs');
  }

  discard(vdi: string): void {
    this.images.delete(vdi);
  }
}

function makeCloud(): { manager: SnapshotManager; disks: Disks; inventory: Inventory } {
  const inventory = new Inventory();
  const disks = new Disks();
  const manager = new SnapshotManager(inventory, disks);
  inventory.addRepository('pool', 'zfs');
  inventory.addRepository('shared', 'ocfs2');
  for (const [vm, sr, type] of [
    ['vm1', 'pool', 'zfs'],
    ['vm2', 'shared', 'ocfs2'],
  ] as const) {
    inventory.addDisk(`${vm}-vdi`, sr);
    inventory.attach(vm, `${vm}-vbd`, `${vm}-vdi`);
    disks.add(`${vm}-vdi`, type);
    manager.add(vm);
  }
  return { manager, disks, inventory };
}

const noon = Date.parse('2014-02-19T12:00:00Z') / 1000;

describe('snapshot manager', () => {
  it('chooses the adapter by the way from machine to repository', () => {
    const { manager, inventory } = makeCloud();
    expect(inventory.pathOf('vm2')).to.deep.equal({ vm: 'vm2', vbd: 'vm2-vbd', vdi: 'vm2-vdi', sr: 'shared', type: 'ocfs2' });
    expect(manager.create('vm1', noon).path).to.equal('pool/vm1-vdi@20140219T12:00:00');
    expect(manager.create('vm2', noon).path).to.equal('shared/vm2-vdi/20140219T12:00:00');
  });

  it('refuses a machine whose repository has no adapter', () => {
    const { manager, inventory } = makeCloud();
    inventory.addRepository('local', 'ext3');
    inventory.addDisk('d', 'local');
    inventory.attach('vm3', 'b', 'd');
    expect(() => manager.add('vm3')).to.throw('the unknown snapshot adapter "ext3"');
  });

  it('seeks a snapshot of a second that has several', () => {
    const { manager } = makeCloud();
    const [first, second] = [manager.create('vm1', noon), manager.create('vm1', noon)];
    expect(manager.seek('vm1', first.time).name).to.equal('20140219T12:00:00');
    expect(manager.seek('vm1', second.time).name).to.equal('20140219T12:00:00.1');
    expect(() => manager.seek('vm1', { seconds: noon + 1, ordinal: 0 })).to.throw('none of machine "vm1"');
    expect(manager.comparisonsOf('vm1')).to.equal(5);
  });

  it('uploads what a snapshot holds, whatever was written since', () => {
    const { manager, disks } = makeCloud();
    const image = disks.images.get('vm2-vdi')!;
    carryOut(image, Op.WRITE, 0, MiB);
    const { time } = manager.create('vm2', noon);
    const before = manager.upload('vm2', time);
    carryOut(image, Op.WRITE, 0, 4 * MiB);
    expect(before.bytes).to.equal(MiB);
    expect(manager.upload('vm2', time)).to.deep.equal(before);
  });

  it('deletes a snapshot from the disk and from the list', () => {
    const { manager, disks } = makeCloud();
    const { name, time } = manager.create('vm1', noon);
    manager.delete('vm1', time);
    expect(() => disks.extents('vm1-vdi', name)).to.throw('no snapshot of this name');
    expect(() => manager.seek('vm1', time)).to.throw('none of machine');
  });

  it('keeps the disk of a deleted machine until its last clone is deleted', () => {
    const { manager, disks } = makeCloud();
    const { name, time } = manager.create('vm1', noon);
    manager.clone('vm1', time, 'c1');
    manager.clone('vm1', time, 'c2');
    expect(disks.cloned[0]).to.equal(`vm1-vdi ${name} c1-disk`);
    expect(() => manager.delete('vm1', time), 'a snapshot with clones').to.throw('cloned from it');
    manager.deleteMachine('vm1');
    expect([...disks.images.keys()]).to.include('vm1-vdi');
    expect(() => manager.create('vm1', noon + 1)).to.throw('no machine of this name');
    manager.deleteMachine('c1');
    expect([...disks.images.keys()]).to.include('vm1-vdi');
    manager.deleteMachine('c2');
    expect([...disks.images.keys()]).to.deep.equal(['vm2-vdi']);
  });
});
