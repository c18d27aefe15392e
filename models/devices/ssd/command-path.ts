/**
 * The way of a command into a flash drive and of its data over the link, as two servers that take one thing after another: the controller's processor, which needs a while for each command whatever the flash
 * does meanwhile, and the link, whose directions are two where it is full duplex. It knows no flash and no command's kind.
 */
import { second, type Bytes, type Nanoseconds } from '../../../sim/units.js';
import type { SsdParameters } from './parameters.js';

export class CommandPath {
  /** From when on each of them has nothing more to do. */
  private controllerFree: Nanoseconds = 0.5 - 0.5;
  private inFree: Nanoseconds = 0.5 - 0.5;
  private outFree: Nanoseconds = 0.5 - 0.5;

  constructor(private readonly parameters: SsdParameters) {}

  /** When the controller begins with a command that reaches it at `time`. Commands come in the order of time. */
  take(time: Nanoseconds): Nanoseconds {
    const begin = Math.max(time, this.controllerFree);
    this.controllerFree = begin + this.parameters.commandInterval;
    return begin;
  }

  /** When data that is ready now has come in. */
  receive(now: Nanoseconds, bytes: Bytes): Nanoseconds {
    this.inFree = Math.max(now, this.inFree) + this.linkTime(bytes);
    if (this.parameters.linkHalfDuplex) this.outFree = this.inFree;
    return this.inFree;
  }

  /** When data that is ready now has gone out. */
  send(now: Nanoseconds, bytes: Bytes): Nanoseconds {
    this.outFree = Math.max(now, this.outFree) + this.linkTime(bytes);
    if (this.parameters.linkHalfDuplex) this.inFree = this.outFree;
    return this.outFree;
  }

  /** What the link takes for so much, alone. */
  linkTime(bytes: Bytes): Nanoseconds {
    return Math.round((bytes * second) / this.parameters.linkRate);
  }
}
