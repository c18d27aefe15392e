/** Counts what a reader stepped over because it was no record. Strict unless a number of such places is allowed. */
import { InputError } from '../../sim/errors.js';
import { BadRecord } from '../source/bad-record.js';

export class Skips {
  private count = 0;
  private first = '';
  private hasReported = false;

  /**
   * @param allowed how many places may be stepped over; with 0 each is an error
   * @param onSkipped told at the end how many there were, and what was wrong at the first
   */
  constructor(
    private readonly allowed: number,
    private readonly onSkipped: (count: number, first: string) => void,
  ) {}

  /** Steps over the place that `error` tells of. Throws it where that is not allowed, or not any more. */
  note(error: unknown): void {
    if (!(error instanceof BadRecord) || this.allowed === 0) throw error;
    if (this.count === this.allowed) {
      throw new InputError(error.where, `${error.found}, after ${this.count} bad records that were skipped`, error.expected);
    }
    if (this.count++ === 0) this.first = error.message;
  }

  /** Tells, once, what was skipped. */
  report(): void {
    if (this.count > 0 && !this.hasReported) this.onSkipped(this.count, this.first);
    this.hasReported = true;
  }
}
