/** What experiments with starting and prefetching machines leave open, beside the machine itself: inputs that no paper states, each with its range. */
import type { Bytes, Nanoseconds } from '../../sim/units.js';
import type { Parameter } from './testbed.js';

export interface StartParameters {
  /** Data of files that a boot reads. */
  readonly read: Parameter<Bytes>;
  /** How many files that lie together are read together. */
  readonly together: Parameter<number>;
  /** Processor time of programs in a boot. */
  readonly compute: Parameter<Nanoseconds>;
  /** Whether the server has a template in its memory: `cold` where many templates share it, else `warm`. */
  readonly server: Parameter<string>;
  /** Bytes a second that prefetching keeps below, by itself. */
  readonly prefetchUpper: Parameter<number>;
  /** Reads in its moving average. */
  readonly prefetchWindow: Parameter<number>;
  /** Its pauses are uniform up to this. */
  readonly longestPause: Parameter<Nanoseconds>;
  /** The template that is prefetched. */
  readonly prefetched: Parameter<Bytes>;
  /** An application server that starts after the boot: processor time of its programs, and what it reads. */
  readonly applicationCompute: Parameter<Nanoseconds>;
  readonly applicationRead: Parameter<Bytes>;
  /** Processor time to look at a KiB of a file for zeros. */
  readonly lookingTime: Parameter<Nanoseconds>;
  /** PostMark on another machine: files, and transactions. */
  readonly contenderFiles: Parameter<number>;
  readonly contenderTransactions: Parameter<number>;
}

/** The boot of a start, as options of the workload `linux-boot`. */
export const bootOptions = ({ read, together, compute }: StartParameters): { read: Bytes; together: number; compute: string } => ({
  read: read.value,
  together: together.value,
  compute: `${compute.value}ns`,
});
