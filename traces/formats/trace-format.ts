/** What a trace format is, and the options with which one is opened. */
import type { TraceReader, TraceBatch } from '../batch.js';
import type { ByteWindow } from '../source/byte-window.js';
import type { RequestAction } from './block-events.js';

export interface TraceOptions {
  /** The format's name; detected by content where it is not given. */
  readonly format?: string | undefined;
  /** Which event of a request's life is the record, for formats that hold several. Default Q. */
  readonly action?: RequestAction | undefined;
  /** `major,minor` of the device to read, for formats that hold several. */
  readonly device?: string | undefined;
  /** The columns of a CSV file, such as `time=2:us,op=4,offset=5:sectors,bytes=6:sectors`. */
  readonly csv?: string | undefined;
}

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

export interface TraceFormat {
  readonly about: string;
  /** True where a file holds events of several kinds, of which `action` selects one. */
  readonly hasActions: boolean;
  /** Judges by the first bytes (at most `headBytes` of them), and by the name only where content cannot tell. */
  recognises(name: string, head: Uint8Array): boolean;
  /** Reads on from `input`, of which nothing has been used; closes it with the reader, or before it throws. Throws InputError. */
  open(input: ByteWindow, options: TraceOptions): TraceReader;
  /** Writes a file at `path`, which errors call `name`. Absent where the format is only read. */
  create?(path: string, name: string): TraceWriter;
}

export const headBytes = 4096;
