/**
 * A write-back cache of pieces of tables, as QEMU has it since 2010: the least recently used piece goes, a dirty one is written whole,
 * and only after what it depends on is durable: the other cache's pieces, or the data written so far. It knows not what tables say.
 * Source: QEMU 7.2, recorded operations with caches of 4, 16 and more pieces.
 */
import type { Bytes } from '../../../sim/units.js';
import type { Plan } from '../../io/plan.js';
import type { CachedFile } from './cached-file.js';
import { PieceSlots } from './piece-slots.js';

export class TableCache {
  hits = 0;
  misses = 0;
  pieceBytes: Bytes = 0;
  private slots!: PieceSlots;
  private isDirty!: Uint8Array;
  /** Slots in the order in which they became dirty, each once; some have been written since. */
  private readonly dirtied: number[] = [];
  private isListed!: Uint8Array;
  /** Written back before any piece of this one. */
  private dependsOn: TableCache | null = null;
  private dependsOnData = false;

  constructor(
    private readonly file: CachedFile,
    pieceBytes: Bytes,
    capacity: number,
  ) {
    this.resize(pieceBytes, capacity);
  }

  /** Holds `capacity` pieces of `pieceBytes` each, and none of them yet. */
  resize(pieceBytes: Bytes, capacity: number): void {
    this.pieceBytes = pieceBytes;
    this.slots = new PieceSlots(capacity, pieceBytes);
    this.isDirty = new Uint8Array(capacity);
    this.isListed = new Uint8Array(capacity);
    this.dirtied.length = 0;
  }

  /** Has the piece at `place` in memory: reads it, in place of the least recently used one, if it is not. */
  load(plan: Plan, place: Bytes): void {
    const held = this.slots.find(place);
    if (held >= 0) {
      this.hits += 1;
      this.slots.touch(held);
      return;
    }
    this.misses += 1;
    const slot = this.makeRoom(plan);
    this.file.read(plan, place, this.pieceBytes);
    this.slots.put(slot, place);
    this.slots.touch(slot);
  }

  /** Takes in a new piece, with nothing to read. */
  loadNew(plan: Plan, place: Bytes): void {
    let slot = this.slots.find(place);
    if (slot < 0) {
      slot = this.makeRoom(plan);
      this.slots.put(slot, place);
    }
    this.slots.touch(slot);
  }

  /** The piece at `place`, which is in memory, has changed. */
  markDirty(place: Bytes): void {
    const slot = this.slots.find(place);
    this.isDirty[slot] = 1;
    if (this.isListed[slot] === 1) return;
    this.isListed[slot] = 1;
    this.dirtied.push(slot);
  }

  isDirtyAt(place: Bytes): boolean {
    const slot = this.slots.find(place);
    return slot >= 0 && this.isDirty[slot] === 1;
  }

  /** Lets go of a piece unwritten, if it is held: its cluster is free now. */
  discard(place: Bytes): void {
    const slot = this.slots.find(place);
    if (slot >= 0) this.clear(slot);
  }

  /** Writes all dirty pieces; does not make them durable. */
  write(plan: Plan): void {
    const { dirtied } = this;
    for (let i = 0; i < dirtied.length; i++) this.writePiece(plan, dirtied[i]!);
    for (const slot of dirtied) this.isListed[slot] = 0;
    dirtied.length = 0;
  }

  flush(plan: Plan): void {
    this.write(plan);
    this.file.flush(plan);
  }

  /** Has no piece of this cache written before `other`'s pieces as they are now are durable. */
  setDependency(plan: Plan, other: TableCache): void {
    other.resolveDependency(plan);
    if (this.dependsOn !== other) this.resolveDependency(plan);
    this.dependsOn = other;
  }

  /** Has no piece of this cache written before the data written so far is durable. */
  setDependencyOnData(): void {
    this.dependsOnData = true;
  }

  /** Forgets everything: the image is opened anew. */
  empty(): void {
    this.slots.empty();
    this.isDirty.fill(0);
    this.isListed.fill(0);
    this.dirtied.length = 0;
    this.dependsOn = null;
    this.dependsOnData = false;
  }

  private resolveDependency(plan: Plan): void {
    if (this.dependsOn === null) return;
    this.dependsOn.flush(plan);
    this.dependsOn = null;
    this.dependsOnData = false;
  }

  private writePiece(plan: Plan, slot: number): void {
    if (this.isDirty[slot] === 0) return;
    if (this.dependsOn !== null) {
      this.resolveDependency(plan);
    } else if (this.dependsOnData) {
      this.file.flush(plan);
      this.dependsOnData = false;
    }
    this.file.write(plan, this.slots.placeOf(slot), this.pieceBytes);
    this.isDirty[slot] = 0;
  }

  private makeRoom(plan: Plan): number {
    const victim = this.slots.oldest;
    this.writePiece(plan, victim);
    return victim;
  }

  private clear(slot: number): void {
    this.slots.clear(slot);
    this.isDirty[slot] = 0;
  }
}
