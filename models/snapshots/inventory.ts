/**
 * Machines (VM), their block devices (VBD), the disks behind these (VDI) and the storage repositories (SR) that hold them, by name. It knows
 * no snapshot. Source: OnceCloud paper, section 3.2.1; XenServer's objects.
 */
import { InputError } from '../../sim/errors.js';

/** The way from a machine to where its disk is stored. */
export interface StoragePath {
  readonly vm: string;
  readonly vbd: string;
  readonly vdi: string;
  readonly sr: string;
  /** File system or format of the repository. */
  readonly type: string;
}

export class Inventory {
  private readonly typeOfRepository = new Map<string, string>();
  private readonly repositoryOfDisk = new Map<string, string>();
  private readonly diskOfDevice = new Map<string, string>();
  private readonly deviceOfMachine = new Map<string, string>();

  addRepository(sr: string, type: string): void {
    enter(this.typeOfRepository, 'storage repository', sr, type);
  }

  addDisk(vdi: string, sr: string): void {
    lookUp(this.typeOfRepository, 'storage repository', sr);
    enter(this.repositoryOfDisk, 'disk', vdi, sr);
  }

  /** Gives a machine its disk by way of a block device. */
  attach(vm: string, vbd: string, vdi: string): void {
    lookUp(this.repositoryOfDisk, 'disk', vdi);
    enter(this.diskOfDevice, 'block device', vbd, vdi);
    enter(this.deviceOfMachine, 'machine', vm, vbd);
  }

  /** Throws InputError where the way ends. */
  pathOf(vm: string): StoragePath {
    const vbd = lookUp(this.deviceOfMachine, 'machine', vm);
    const vdi = lookUp(this.diskOfDevice, 'block device', vbd);
    const sr = lookUp(this.repositoryOfDisk, 'disk', vdi);
    return { vm, vbd, vdi, sr, type: lookUp(this.typeOfRepository, 'storage repository', sr) };
  }

  /** The machine, its block device and its disk go. */
  remove(vm: string): void {
    const { vbd, vdi } = this.pathOf(vm);
    this.deviceOfMachine.delete(vm);
    this.diskOfDevice.delete(vbd);
    this.repositoryOfDisk.delete(vdi);
  }
}

function enter(table: Map<string, string>, kind: string, name: string, value: string): void {
  if (table.has(name)) throw new InputError(`${kind} "${name}"`, 'one of this name', 'a name that is not in use');
  table.set(name, value);
}

function lookUp(table: ReadonlyMap<string, string>, kind: string, name: string): string {
  const found = table.get(name);
  if (found === undefined) throw new InputError(`${kind} "${name}"`, 'none of this name', `one of ${[...table.keys()].join(', ')}`);
  return found;
}
