/**
 * ConSnap's savers as a machine of small steps, over memory of a few pages: every step is one access to shared state. A copy takes two steps,
 * so that it can be torn. The instant is the initial state: no page is written, all are protected, all bits of save_bitmap are set.
 */
import { copyOf, GOOD_COPY, NO_COPY, NOBODY, StateLayout } from './state.js';
import type { ProtocolBounds, ProtocolVariant } from './variant.js';

/** Where an actor is. */
const enum At {
  /** A writer: about to choose a page. The thread: about to look at its next page. */
  BEGIN = 0,
  /** A processor: about to write the page, if it is not protected. */
  ACCESS = 1,
  /** About to test the page's bit. */
  TEST = 2,
  FIRST_HALF = 3,
  SECOND_HALF = 4,
  CLEAR = 5,
  /** A processor's handler: about to lift the protection. The device: about to write. */
  FINISH = 6,
  DONE = 7,
}

/** Told of each step that can come next, and what it is in words; none where an actor only comes to its end. */
export type Visit = (next: Uint8Array, step: string) => void;

export class Protocol {
  readonly layout: StateLayout;

  constructor(
    private readonly variant: ProtocolVariant,
    private readonly bounds: ProtocolBounds,
  ) {
    this.layout = new StateLayout(variant, bounds);
  }

  initial(): Uint8Array {
    const { layout, bounds } = this;
    const state = new Uint8Array(layout.size);
    for (let page = 0; page < bounds.pages; page++) {
      state[layout.saveBit(page)] = 1;
      state[layout.protection(page)] = 1;
    }
    for (let actor = 0; actor < layout.thread; actor++) state[layout.left(actor)] = bounds.writes;
    return state;
  }

  /** Calls `visit` for each step that some actor can take. */
  successors(state: Uint8Array, visit: Visit): void {
    for (let actor = 0; actor < this.layout.actors; actor++) this.stepsOf(actor, state, visit);
  }

  /** What is wrong at the end: null where nothing is, or where it is not the end. */
  wrongAtEnd(state: Uint8Array): string | null {
    const { layout, bounds } = this;
    for (let actor = 0; actor < layout.actors; actor++) if (state[layout.at(actor)] !== At.DONE) return null;
    for (let page = 0; page < bounds.pages; page++) {
      const copy = this.savedCopy(state, page);
      if (copy === NO_COPY) return `page ${page} was not saved`;
      if (copy !== GOOD_COPY) return `page ${page} was saved as it was not at the instant`;
    }
    return null;
  }

  private savedCopy(state: Uint8Array, page: number): number {
    const byHandler = state[this.layout.handlerCopy(page)]!;
    const byThread = state[this.layout.threadCopy(page)]!;
    const [first, second] = this.variant.conflict === 'thread' ? [byThread, byHandler] : [byHandler, byThread];
    return first === NO_COPY ? second : first;
  }

  private stepsOf(actor: number, state: Uint8Array, visit: Visit): void {
    const { layout } = this;
    const at = state[layout.at(actor)]!;
    if (at === At.DONE || this.mustWait(actor, state)) return;
    if (at === At.BEGIN) {
      if (actor === layout.thread) this.nextPage(state, visit);
      else this.chooseWrite(actor, state, visit);
      return;
    }
    const next = state.slice();
    visit(next, `${this.name(actor)} ${this.act(actor, at, next)}`);
  }

  /** Handlers in turn: no writer goes on while another is in its handler. */
  private mustWait(actor: number, state: Uint8Array): boolean {
    const { layout, variant } = this;
    if (variant.handlers === 'concurrent' || actor === layout.thread) return false;
    for (let other = 0; other < layout.thread; other++) {
      const at = state[layout.at(other)]!;
      if (other !== actor && at >= At.TEST && at <= At.FINISH) return true;
    }
    return false;
  }

  private chooseWrite(actor: number, state: Uint8Array, visit: Visit): void {
    const { layout, bounds } = this;
    const isDevice = actor === layout.device;
    if (state[layout.left(actor)] === 0) {
      visit(this.moved(state, actor, At.DONE), '');
      return;
    }
    for (let page = 0; page < bounds.pages; page++) {
      const next = this.moved(state, actor, isDevice ? At.TEST : At.ACCESS);
      next[layout.page(actor)] = page;
      next[layout.left(actor)]! -= 1;
      visit(next, `${this.name(actor)} is about to write page ${page}`);
    }
  }

  private nextPage(state: Uint8Array, visit: Visit): void {
    const { layout, bounds } = this;
    const page = state[layout.left(layout.thread)]!;
    const next = this.moved(state, layout.thread, page < bounds.pages ? At.TEST : At.DONE);
    next[layout.page(layout.thread)] = page;
    next[layout.left(layout.thread)] = page + 1;
    visit(next, page < bounds.pages ? `thread comes to page ${page}` : '');
  }

  private moved(state: Uint8Array, actor: number, at: At): Uint8Array {
    const next = state.slice();
    next[this.layout.at(actor)] = at;
    return next;
  }

  /** Takes the one step that an actor can take; answers what it was. */
  private act(actor: number, at: At, next: Uint8Array): string {
    const page = next[this.layout.page(actor)]!;
    switch (at) {
      case At.ACCESS:
        return this.access(actor, page, next);
      case At.TEST:
        return this.test(actor, page, next);
      case At.FIRST_HALF:
        next[this.layout.half(actor)] = next[this.layout.written(page)]!;
        this.to(actor, At.SECOND_HALF, next);
        return `copies the first half of page ${page}`;
      case At.SECOND_HALF:
        return this.finishCopy(actor, page, next);
      case At.CLEAR:
        this.clearBit(actor, page, next);
        this.to(actor, this.afterSaving(actor), next);
        return `clears the bit of page ${page}`;
      default:
        return this.finish(actor, page, next);
    }
  }

  private access(actor: number, page: number, next: Uint8Array): string {
    const { layout } = this;
    if (next[layout.protection(page)] === 1) {
      this.to(actor, At.TEST, next);
      return `faults at page ${page}`;
    }
    next[layout.written(page)] = 1;
    this.to(actor, At.BEGIN, next);
    return `writes page ${page}`;
  }

  private test(actor: number, page: number, next: Uint8Array): string {
    const { layout, variant } = this;
    if (variant.isLocked && next[layout.lock] !== NOBODY) return 'waits for the lock';
    if (next[layout.saveBit(page)] === 0) {
      this.to(actor, this.afterSaving(actor), next);
      return `finds page ${page} saved`;
    }
    if (variant.isLocked) next[layout.lock] = actor + 1;
    this.to(actor, this.clears(actor) === 'before-copy' ? At.CLEAR : At.FIRST_HALF, next);
    if (this.clears(actor) === 'after-copy') return `finds page ${page} not saved`;
    // Test and clear are one access: the bit is taken by whoever finds it.
    this.clearBit(actor, page, next);
    this.to(actor, At.FIRST_HALF, next);
    return `finds page ${page} not saved and clears its bit`;
  }

  private finishCopy(actor: number, page: number, next: Uint8Array): string {
    const { layout } = this;
    const place = actor === layout.thread ? layout.threadCopy(page) : layout.handlerCopy(page);
    if (!this.isTooLate(actor, page, next)) next[place] = copyOf(next[layout.half(actor)]!, next[layout.written(page)]!);
    next[layout.half(actor)] = 0;
    const hasToClear = this.clears(actor) === 'after-copy';
    if (!hasToClear) this.unlock(actor, next);
    this.to(actor, hasToClear ? At.CLEAR : this.afterSaving(actor), next);
    return `copies the second half of page ${page}`;
  }

  /** Whether another copy of the page counts, and this one is thrown away. */
  private isTooLate(actor: number, page: number, state: Uint8Array): boolean {
    const { layout, variant } = this;
    const byHandler = state[layout.handlerCopy(page)] !== NO_COPY;
    const byThread = state[layout.threadCopy(page)] !== NO_COPY;
    if (variant.conflict === 'first-copy') return byHandler || byThread;
    return variant.conflict === 'first-handler' && actor !== layout.thread && byHandler;
  }

  private finish(actor: number, page: number, next: Uint8Array): string {
    const { layout } = this;
    if (actor === layout.device) {
      next[layout.written(page)] = 1;
      this.to(actor, At.BEGIN, next);
      return `writes page ${page}`;
    }
    next[layout.protection(page)] = 0;
    this.to(actor, At.ACCESS, next);
    return `lifts the protection of page ${page}`;
  }

  private clearBit(actor: number, page: number, next: Uint8Array): void {
    next[this.layout.saveBit(page)] = 0;
    if (this.clears(actor) === 'after-copy') this.unlock(actor, next);
  }

  private unlock(actor: number, next: Uint8Array): void {
    if (next[this.layout.lock] === actor + 1) next[this.layout.lock] = NOBODY;
  }

  private clears(actor: number): ProtocolVariant['threadClears'] {
    return actor === this.layout.thread ? this.variant.threadClears : this.variant.handlerClears;
  }

  private afterSaving(actor: number): At {
    return actor === this.layout.thread ? At.BEGIN : At.FINISH;
  }

  private to(actor: number, at: At, next: Uint8Array): void {
    next[this.layout.at(actor)] = at;
  }

  private name(actor: number): string {
    if (actor === this.layout.thread) return 'thread';
    return actor === this.layout.device ? 'device' : `processor ${actor + 1}`;
  }
}
