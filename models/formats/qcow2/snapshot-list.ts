/** The internal snapshots of an image by id and name, and the shape of the table that holds them on disk. It knows not how they come about. */
import { InputError } from '../../../sim/errors.js';
import type { Bytes } from '../../../sim/units.js';
import type { Plan } from '../../io/plan.js';
import type { L1Table } from './tables.js';

/** Fixed part of a snapshot table's entry; id and name follow, and padding to 8 bytes. */
const snapshotHeaderBytes = 40;

export interface Snapshot {
  readonly id: string;
  readonly name: string;
  readonly l1: L1Table;
  readonly l1Offset: Bytes;
  /** Of the machine's state that it keeps; 0 where it keeps none. */
  readonly stateBytes: Bytes;
}

export abstract class SnapshotList {
  list: Snapshot[] = [];
  tableOffset: Bytes = 0;
  /** Bytes of the snapshot table that the header points to. */
  tableBytes: Bytes = 0;
  /** How many snapshots the header says there are: for a moment not as many as the table. */
  countInHeader = 0;

  protected abstract readonly file: { read(plan: Plan, offset: Bytes, bytes: Bytes): void };

  /** @param extraBytes what an entry holds beyond its fixed part */
  constructor(private readonly extraBytes: Bytes) {}

  clear(): void {
    this.list = [];
    this.tableOffset = this.tableBytes = this.countInHeader = 0;
  }

  /** The reads of an open: fixed part, extra data, id and name of each. */
  readTable(plan: Plan): void {
    this.forEachPiece((offset, bytes) => this.file.read(plan, this.tableOffset + offset, bytes));
  }

  /** By id, else by name. Throws InputError if there is none. */
  get(name: string): Snapshot {
    const found = this.list.find(({ id }) => id === name) ?? this.list.find((snapshot) => snapshot.name === name);
    return this.mustExist(found, name, 'id or name');
  }

  /** The one that is deleted by this name: as found. Throws InputError if there is none. */
  toDelete(name: string): Snapshot {
    return this.get(name);
  }

  protected mustExist(found: Snapshot | undefined, name: string, by: string): Snapshot {
    if (found !== undefined) return found;
    const known = this.list.map((snapshot) => snapshot.name).join(', ');
    throw new InputError(
      `snapshot "${name}"`,
      `no snapshot of this ${by}`,
      known === '' ? 'an image that has snapshots' : `one of ${known}`,
    );
  }

  protected nextId(): string {
    return String(this.list.reduce((highest, { id }) => Math.max(highest, Number(id)), 0) + 1);
  }

  /** Fixed part, extra data, id and name of each entry by their place in the table. Answers the table's size. */
  protected forEachPiece(visit: (offset: Bytes, bytes: Bytes) => void): Bytes {
    let at = 0;
    for (const { id, name } of this.list) {
      at = Math.ceil(at / 8) * 8;
      for (const bytes of [snapshotHeaderBytes, this.extraBytes, id.length, utf8Bytes(name)]) {
        if (bytes > 0) visit(at, bytes);
        at += bytes;
      }
    }
    return at;
  }
}

/** Length of a text in UTF-8: a code point takes one byte below 0x80, two below 0x800, three below 0x10000, else four. */
function utf8Bytes(text: string): number {
  let bytes = 0;
  for (const character of text) {
    const code = character.codePointAt(0)!;
    bytes += code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
  }
  return bytes;
}
