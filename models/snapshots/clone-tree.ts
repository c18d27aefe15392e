/**
 * Which machine was cloned from which: one that has clones is only marked as deleted, and goes when its last clone goes. It knows no disk.
 * Source: OnceCloud paper, section 3.2.4.
 */
import { InputError } from '../../sim/errors.js';

interface Machine {
  readonly parent: string | null;
  readonly children: Set<string>;
  isDeleted: boolean;
}

export class CloneTree {
  private readonly machines = new Map<string, Machine>();

  /** Machines whose data is kept, those marked as deleted too. */
  get kept(): readonly string[] {
    return [...this.machines.keys()];
  }

  add(machine: string, parent: string | null): void {
    if (this.machines.has(machine)) throw new InputError(`machine "${machine}"`, 'a machine of this name', 'a name that no machine has');
    if (parent !== null) this.get(parent).children.add(machine);
    this.machines.set(machine, { parent, children: new Set(), isDeleted: false });
  }

  isDeleted(machine: string): boolean {
    return this.get(machine).isDeleted;
  }

  /** Deletes a machine. Answers those whose data goes now: none, itself, or itself and deleted ones that it was cloned from, nearest first. */
  delete(machine: string): string[] {
    const found = this.get(machine);
    if (found.isDeleted) throw new InputError(`machine "${machine}"`, 'a deleted machine', 'one that is not deleted');
    found.isDeleted = true;
    const gone: string[] = [];
    for (let name: string | null = machine; name !== null;) {
      const { parent, children, isDeleted }: Machine = this.get(name);
      if (!isDeleted || children.size > 0) break;
      this.machines.delete(name);
      gone.push(name);
      if (parent !== null) this.get(parent).children.delete(name);
      name = parent;
    }
    return gone;
  }

  private get(machine: string): Machine {
    const found = this.machines.get(machine);
    if (found === undefined) throw new InputError(`machine "${machine}"`, 'no machine of this name', `one of ${this.kept.join(', ')}`);
    return found;
  }
}
