/** What a program on files is, as a registered workload: declared options in, operations out. It knows no file system and no model. */
import { InputError } from '../../sim/errors.js';
import type { OptionSet, Values } from '../../sim/options.js';
import { sectorBytes, type Bytes, type Nanoseconds } from '../../sim/units.js';
import { FileOp, type FileOperation, type FileProgram } from './file-operation.js';

export interface FileWorkload<S extends OptionSet = OptionSet> {
  readonly about: string;
  /** Where its behaviour comes from; what had to be assumed stands at the options, with its range. */
  readonly source: string;
  /** Names of its phases, in the order of their numbers. */
  readonly phases: readonly string[];
  readonly options: S;
  /** Starts the program anew; the same values and seed yield the same operations. Throws InputError at values that contradict each other. */
  open(values: Values<S>, seed: number | string): FileProgram;
}

/** Declares a workload so that `open` sees the types of its options, and the registry does not need them. */
export const fileWorkload = <const S extends OptionSet>(declared: FileWorkload<S>): FileWorkload<S> => declared;

/** Past the cache go whole sectors only (O_DIRECT). @throws InputError at a size that is none */
export function needWholeSectors(option: string, bytes: Bytes): void {
  if (bytes % sectorBytes !== 0) throw new InputError(option, `${bytes} B`, `a multiple of ${sectorBytes} B, past the cache`);
}

/** A program as a generator: it sets the next operation with `Next`, and yields. */
export type Steps = Generator<void, void, void>;

/** Sets the next operation of a program that is written as a generator. */
export class Next {
  op!: FileOperation;
  /** Processor time before each operation that moves data, for each KiB of it. */
  timePerKiB: Nanoseconds = 0;

  phase(number: number): void {
    this.set(FileOp.PHASE, number);
  }

  makeDirectory(file: number, directory: number): void {
    this.set(FileOp.MKDIR, file);
    this.op.directory = directory;
  }

  create(file: number, directory: number): void {
    this.set(FileOp.CREATE, file);
    this.op.directory = directory;
  }

  open(file: number): void {
    this.set(FileOp.OPEN, file);
  }

  close(file: number): void {
    this.set(FileOp.CLOSE, file);
  }

  read(file: number, offset: Bytes, bytes: Bytes, direct = false): void {
    this.move(FileOp.READ, file, offset, bytes, direct);
  }

  write(file: number, offset: Bytes, bytes: Bytes, direct = false): void {
    this.move(FileOp.WRITE, file, offset, bytes, direct);
  }

  unlink(file: number): void {
    this.set(FileOp.UNLINK, file);
  }

  makeDurable(file: number): void {
    this.set(FileOp.FSYNC, file);
  }

  sync(): void {
    this.set(FileOp.SYNC, 0);
  }

  compute(time: Nanoseconds): void {
    this.set(FileOp.COMPUTE, 0);
    this.op.compute = Math.round(time);
  }

  private move(op: FileOp, file: number, offset: Bytes, bytes: Bytes, direct: boolean): void {
    this.set(op, file);
    this.op.offset = offset;
    this.op.bytes = bytes;
    this.op.direct = direct;
    this.op.compute = Math.round((bytes / 1024) * this.timePerKiB);
  }

  private set(op: FileOp, file: number): void {
    this.op.op = op;
    this.op.file = file;
    this.op.offset = 0;
    this.op.bytes = 0;
    this.op.compute = 0;
    this.op.direct = false;
  }
}

/** For programs that take thousands of steps rather than millions. */
export class GeneratedProgram implements FileProgram {
  private readonly setter = new Next();
  private readonly steps: Steps;

  constructor(write: (next: Next) => Steps) {
    this.steps = write(this.setter);
  }

  next(into: FileOperation): boolean {
    this.setter.op = into;
    return this.steps.next().done !== true;
  }
}
