/** A state of the savers, the writers and a small memory, as bytes: where each number stands. It knows no rule. */
import type { ProtocolBounds, ProtocolVariant } from './variant.js';

/** A copy in the buffer: none, or what its two halves hold (0: as at the instant, 1: written since). */
export const NO_COPY = 0;
/** Both halves as at the instant. */
export const GOOD_COPY = 1;
export const copyOf = (firstHalf: number, secondHalf: number): number => 1 + 2 * firstHalf + secondHalf;

/** Nobody holds the lock, or is in a handler. */
export const NOBODY = 0;

const fieldsOfActor = 4;

export class StateLayout {
  readonly size: number;
  /** Processors, then the device, then the active thread. */
  readonly actors: number;
  readonly device: number;
  readonly thread: number;
  private readonly pages: number;

  constructor({ processors }: ProtocolVariant, { pages }: ProtocolBounds) {
    this.pages = pages;
    this.actors = processors + 2;
    this.device = processors;
    this.thread = processors + 1;
    this.size = 5 * pages + 1 + this.actors * fieldsOfActor;
  }

  /** By page: 1 once it was written. */
  written = (page: number): number => page;
  saveBit = (page: number): number => this.pages + page;
  protection = (page: number): number => 2 * this.pages + page;
  handlerCopy = (page: number): number => 3 * this.pages + page;
  threadCopy = (page: number): number => 4 * this.pages + page;
  /** Actor + 1 that holds the lock of save_bitmap. */
  get lock(): number {
    return 5 * this.pages;
  }
  /** By actor: where it is, the page it is at, the first half of the copy that it makes, and writes that it has left. */
  at = (actor: number): number => this.ofActor(actor);
  page = (actor: number): number => this.ofActor(actor) + 1;
  half = (actor: number): number => this.ofActor(actor) + 2;
  left = (actor: number): number => this.ofActor(actor) + 3;

  private ofActor(actor: number): number {
    return 5 * this.pages + 1 + actor * fieldsOfActor;
  }
}
