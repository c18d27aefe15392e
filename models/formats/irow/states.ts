/** The states of an iROW disk: its snapshots and the current state, each with its father. It knows no I/O. */
import { InputError } from '../../../sim/errors.js';
import type { Bytes } from '../../../sim/units.js';
import type { StatePair } from './state-pair.js';

export interface StateRecord {
  id: string;
  name: string;
  pair: StatePair;
  /** Whose content shows where this state has none of its own; null for the first state. */
  father: StateRecord | null;
  machineStateBytes: Bytes;
  children: number;
  isDeleted: boolean;
}

const newState = (pair: StatePair, father: StateRecord | null): StateRecord => ({
  id: '0',
  name: 'current state',
  pair,
  father,
  machineStateBytes: 0,
  children: 0,
  isDeleted: false,
});

export class States {
  /** In the order of the records in the meta file; the current state is the last. */
  list: StateRecord[];
  current: StateRecord;

  constructor(first: StatePair) {
    this.current = newState(first, null);
    this.list = [this.current];
  }

  /** The snapshot of an id, else of a name. Throws InputError if there is none. */
  get(name: string): StateRecord {
    const snapshots = this.list.filter((state) => state !== this.current && !state.isDeleted);
    const found = snapshots.find(({ id }) => id === name) ?? snapshots.find((snapshot) => snapshot.name === name);
    if (found !== undefined) return found;
    const known = snapshots.map((snapshot) => snapshot.name).join(', ');
    throw new InputError(
      `snapshot "${name}"`,
      'no snapshot of this id or name',
      known === '' ? 'an image that has snapshots' : `one of ${known}`,
    );
  }

  /** The first state that is deleted and has no children: its pair can be used again. */
  get free(): StateRecord | null {
    return this.list.find(({ isDeleted, children }) => isDeleted && children === 0) ?? null;
  }

  /** The current state becomes a snapshot, and father of a new current state in `pair`, that of the free state if there is one. */
  snapshot(name: string, pair: StatePair): void {
    const snapshot = this.current;
    snapshot.id = this.unusedId();
    snapshot.name = name;
    snapshot.children = 1;
    this.list = this.list.filter((state) => state.pair !== pair);
    this.current = newState(pair, snapshot);
    this.list.push(this.current);
  }

  /** The pair that holds what the disk shows of a cluster, or null. */
  ownerOf(cluster: number): StatePair | null {
    for (let state: StateRecord | null = this.current; state !== null; state = state.father) {
      if (state.pair.present.has(cluster)) return state.pair;
    }
    return null;
  }

  /** The current state gets another father. */
  apply(target: StateRecord): void {
    if (this.current.father !== null) this.current.father.children -= 1;
    this.current.father = target;
    target.children += 1;
  }

  /** Those that show a state's content where they have none of their own. */
  childrenOf(state: StateRecord): StateRecord[] {
    return this.list.filter(({ father }) => father === state);
  }

  /** Takes a snapshot out: its children go back to its father. */
  remove(snapshot: StateRecord): void {
    const { father } = snapshot;
    const children = this.childrenOf(snapshot);
    for (const child of children) child.father = father;
    if (father !== null) father.children += children.length - 1;
    this.list = this.list.filter((state) => state !== snapshot);
  }

  /** Only marks a snapshot: its clusters stay where its children find them. */
  markDeleted(snapshot: StateRecord): void {
    snapshot.isDeleted = true;
    snapshot.name += '_del';
    if (snapshot.children === 0 && snapshot.father !== null) this.loseChild(snapshot.father);
  }

  private loseChild(father: StateRecord): void {
    father.children -= 1;
    if (father.children === 0 && father.isDeleted && father.father !== null) this.loseChild(father.father);
  }

  /** The smallest number that is no id. */
  private unusedId(): string {
    const used = new Set(this.list.map(({ id }) => id));
    let id = 1;
    while (used.has(String(id))) id += 1;
    return String(id);
  }
}
