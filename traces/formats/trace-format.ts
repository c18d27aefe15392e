/** What a trace format is, and the options with which one is opened. */
import type { TraceReader, TraceBatch } from '../batch.js';
import type { ByteWindow } from '../source/byte-window.js';
import type { RequestAction } from './block-events.js';
import type { Skips } from './skips.js';
import type { WriteLimits } from './write-limits.js';

export interface TraceOptions {
  /** The format's name; detected by content where it is not given. */
  readonly format?: string | undefined;
  /** Which event of a request's life is the record, for formats that hold several. Default Q. */
  readonly action?: RequestAction | undefined;
  /** The disk to read, as the format names it (`major,minor`, a number, a file), for formats that hold several; `all`: every one. */
  readonly device?: string | undefined;
  /** The unit of times, for formats that leave it open. */
  readonly timeUnit?: TimeUnit | undefined;
  /** The columns of a CSV file, such as `time=2:us,op=4,offset=5:sectors,bytes=6:sectors`. */
  readonly csv?: string | undefined;
  /** Places without a record that are stepped over and counted before one is an error. Default 0. */
  readonly skipBad?: number | undefined;
  /** Told as the reader is closed, where something was stepped over: how many, and what was wrong at the first. */
  readonly onSkipped?: ((path: string, count: number, first: string) => void) | undefined;
}

export const traceTimeUnits = ['ns', 'us', 'ms', 's'] as const;
export type TimeUnit = (typeof traceTimeUnits)[number];

/** The options with which a format opens a file. */
export interface OpenOptions extends TraceOptions {
  /** Where what is stepped over is counted. */
  readonly skips: Skips;
}

/** Options that only some formats have a use for. */
export type SpecialOption = 'action' | 'device' | 'timeUnit' | 'csv' | 'skipBad';

/** A reader of recorded events, which knows how many of each kind it has passed. */
export interface EventTraceReader extends TraceReader {
  /** Events read so far by their letter. */
  readonly byAction: Readonly<Record<string, number>>;
}

/** Writes records to a file. It does not know where they come from. */
export interface TraceWriter {
  /** Throws InputError at a record that the format cannot hold. */
  write(batch: TraceBatch): void;
  /** Ends the file; nothing may be written after. */
  end(): void;
  /** Lets go of the file, whatever has happened. May be called more than once. */
  close(): void;
}

/** The writing side of a format. */
export interface WrittenFormat {
  /** What a record may be; writers refuse others, and drop what of a time is below its unit. */
  readonly limits: WriteLimits;
  /** Writes a file at `path`, which errors call `name`. */
  create(path: string, name: string): TraceWriter;
}

export interface TraceFormat {
  readonly about: string;
  /** Which of the special options it has a use for; others are refused. */
  readonly uses: readonly SpecialOption[];
  /** Judges by the first bytes, at most `headBytes` of them, never by the name. Fewer are the whole file. */
  recognises(head: Uint8Array): boolean;
  /** Reads on from `input`, of which nothing has been used; closes it with the reader, or before it throws. Throws InputError. */
  open(input: ByteWindow, options: OpenOptions): TraceReader;
  /** Absent where the format is only read. */
  readonly writes?: WrittenFormat;
}

export const headBytes = 4096;
