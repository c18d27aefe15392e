/** The controller's time for a command, by what it does, whether the buffer serves it, and what the command before it did. */
import type { Nanoseconds } from '../../../sim/units.js';
import type { CommandOverheads } from './parameters.js';

/** What a command does, as the controller tells commands apart. */
export const enum Command {
  READ = 0,
  WRITE = 1,
}
/** Whether the buffer serves a command, or the media. */
export const enum Served {
  BY_MEDIA = 0,
  BY_BUFFER = 1,
}

/** The overheads as a table: one load a command. */
export class OverheadTable {
  private readonly before: Float64Array;
  private readonly after: Float64Array;

  constructor(o: CommandOverheads) {
    this.before = Float64Array.of(
      o.readMissAfterRead,
      o.readMissAfterWrite,
      o.writeMissAfterRead,
      o.writeMissAfterWrite,
      o.readHitAfterRead,
      o.readHitAfterWrite,
      o.writeHitAfterRead,
      o.writeHitAfterWrite,
    );
    this.after = Float64Array.of(o.readCompletion, o.writeCompletion);
  }

  /** Spent before the arm or the buffer acts. */
  start(command: Command, served: Served, previous: Command): Nanoseconds {
    return this.before[served * 4 + command * 2 + previous]!;
  }

  /** Spent at the command's end. */
  completion(command: Command): Nanoseconds {
    return this.after[command]!;
  }
}
