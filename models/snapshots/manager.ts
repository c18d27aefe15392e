/**
 * The layer that manages the snapshots of many machines: create, delete, upload, seek, clone, each by the adapter of the repository that
 * the machine's disk lies in. It keeps names and who depends on whom, and has others do the work on disks; it knows no time.
 * Source: OnceCloud paper, sections 3.1 and 3.2.
 */
import { InputError } from '../../sim/errors.js';
import type { Bytes } from '../../sim/units.js';
import { Op, type Extent } from '../io/image-format.js';
import { adapters } from './adapters.js';
import { CloneTree } from './clone-tree.js';
import type { Inventory, StoragePath } from './inventory.js';
import { SortedSnapshots } from './search.js';
import { snapshotName, type SnapshotTime } from './snapshot-name.js';

/** Carries out on disks what the manager decides. */
export interface DiskWork {
  /** SNAPSHOT or DELETE of the snapshot of this name. */
  operate(vdi: string, op: Op.SNAPSHOT | Op.DELETE, name: string): void;
  /** Where the content of a snapshot lies. */
  extents(vdi: string, name: string): readonly Extent[];
  /** Makes a disk that begins with the content of a snapshot, in the same repository. */
  clone(vdi: string, name: string, clone: string): void;
  /** The disk goes, with its snapshots. */
  discard(vdi: string): void;
}

export interface SnapshotInfo {
  readonly name: string;
  readonly time: SnapshotTime;
  /** As the repository's file system calls it. */
  readonly path: string;
}

interface Origin {
  readonly parent: string;
  readonly snapshot: string;
}

export class SnapshotManager {
  readonly clones = new CloneTree();
  private readonly lists = new Map<string, SortedSnapshots>();
  /** Of each machine that was cloned: what from. */
  private readonly origins = new Map<string, Origin>();

  constructor(
    private readonly inventory: Inventory,
    private readonly work: DiskWork,
  ) {}

  /** Takes a machine of the inventory in. Throws InputError where its repository has no adapter. */
  add(vm: string): void {
    this.adapterOf(this.inventory.pathOf(vm));
    this.clones.add(vm, null);
    this.lists.set(vm, new SortedSnapshots());
  }

  create(vm: string, seconds: number): SnapshotInfo {
    const list = this.listOf(vm);
    const info = this.infoOf(vm, list.append(seconds));
    this.work.operate(this.inventory.pathOf(vm).vdi, Op.SNAPSHOT, info.name);
    return info;
  }

  /** Finds a snapshot by its time. Throws InputError if there is none. */
  seek(vm: string, time: SnapshotTime): SnapshotInfo {
    const found = this.listOf(vm).find(time);
    if (found === null)
      throw new InputError(`snapshot "${snapshotName(time)}"`, `none of machine "${vm}"`, `one of ${this.listOf(vm).size} others`);
    return this.infoOf(vm, found);
  }

  /** Comparisons that queries of a machine's snapshots have taken. */
  comparisonsOf(vm: string): number {
    return this.listOf(vm).comparisons.count;
  }

  /** Deletes a snapshot that no machine was cloned from. */
  delete(vm: string, time: SnapshotTime): void {
    const { name } = this.seek(vm, time);
    const clone = [...this.origins].find(([, { parent, snapshot }]) => parent === vm && snapshot === name);
    if (clone !== undefined) throw new InputError(`snapshot "${name}"`, `the machine "${clone[0]}", cloned from it`, 'one without clones');
    this.work.operate(this.inventory.pathOf(vm).vdi, Op.DELETE, name);
    this.listOf(vm).remove(time);
  }

  /** What is to be read and sent so that a snapshot is stored elsewhere, without holes. Answers where it lies and how much it is. */
  upload(vm: string, time: SnapshotTime): { readonly extents: readonly Extent[]; readonly bytes: Bytes } {
    const { name } = this.seek(vm, time);
    const extents = this.work.extents(this.inventory.pathOf(vm).vdi, name).filter(({ file }) => file !== -1);
    return { extents, bytes: extents.reduce((sum, { bytes }) => sum + bytes, 0) };
  }

  /** Makes a machine from a snapshot; the snapshot and its machine's data stay as long as it does. */
  clone(vm: string, time: SnapshotTime, clone: string): void {
    const { name } = this.seek(vm, time);
    const { vdi, sr } = this.inventory.pathOf(vm);
    this.clones.add(clone, vm);
    const disk = `${clone}-disk`;
    this.inventory.addDisk(disk, sr);
    this.inventory.attach(clone, `${clone}-device`, disk);
    this.lists.set(clone, new SortedSnapshots());
    this.origins.set(clone, { parent: vm, snapshot: name });
    this.work.clone(vdi, name, disk);
  }

  /** Deletes a machine; its disk goes once nothing that was cloned from it is left. */
  deleteMachine(vm: string): void {
    for (const gone of this.clones.delete(vm)) {
      this.work.discard(this.inventory.pathOf(gone).vdi);
      this.inventory.remove(gone);
      this.origins.delete(gone);
      this.lists.delete(gone);
    }
  }

  private listOf(vm: string): SortedSnapshots {
    const list = this.lists.get(vm);
    if (list === undefined || this.clones.isDeleted(vm)) {
      const known = [...this.lists.keys()].filter((name) => !this.clones.isDeleted(name));
      throw new InputError(`machine "${vm}"`, 'no machine of this name', `one of ${known.join(', ')}`);
    }
    return list;
  }

  private adapterOf({ sr, type }: StoragePath): ReturnType<typeof adapters.get> {
    return adapters.get(type, `storage repository "${sr}"`);
  }

  private infoOf(vm: string, time: SnapshotTime): SnapshotInfo {
    const path = this.inventory.pathOf(vm);
    const name = snapshotName(time);
    return { name, time, path: this.adapterOf(path).pathOf(path.sr, path.vdi, name) };
  }
}
