/**
 * A guest that runs a program on files, one operation after another, on a mounted file system. It notes when each phase of the program
 * began and ended, and what was done in it. It knows neither the file system's layout nor the disk.
 */
import { FileOp, FileOperation, type FileProgram } from '../../traces/files/file-operation.js';
import type { Kernel, Timer } from '../../sim/kernel.js';
import type { Bytes, Nanoseconds } from '../../sim/units.js';
import { FileRequest, type FileOwner, type FileSystem } from '../filesystems/file-system.js';
import type { Processors, ProcessorUser } from './processors.js';

/** What a phase of the program did. */
export class PhaseRecord {
  operations = 0;
  filesCreated = 0;
  filesDeleted = 0;
  bytesRead: Bytes = 0;
  bytesWritten: Bytes = 0;
  end: Nanoseconds;

  constructor(
    /** Number in the program's list of phases. */
    readonly number: number,
    readonly start: Nanoseconds,
  ) {
    this.end = start;
  }

  get time(): Nanoseconds {
    return this.end - this.start;
  }
}

export class FileGuest implements FileOwner, ProcessorUser {
  /** In the order in which they began. */
  readonly phases: PhaseRecord[] = [];
  private readonly op = new FileOperation();
  private readonly request: FileRequest;
  private readonly begin: Timer;
  private phase: PhaseRecord;
  private ended = false;
  private onPhase: (record: PhaseRecord) => void = () => {};

  /** Begins at once. @param onEnd called as the program ends; without it, the run is stopped then */
  constructor(
    private readonly kernel: Kernel,
    private readonly files: FileSystem,
    private readonly program: FileProgram,
    private readonly processors: Processors,
    private readonly onEnd: () => void = () => kernel.stop(),
  ) {
    this.request = new FileRequest(this);
    this.phase = new PhaseRecord(-1, kernel.now);
    this.begin = kernel.timer(() => this.next());
    this.begin.start(0);
  }

  /** `onPhase(record)` is called as each phase ends. */
  whenPhaseEnds(onPhase: (record: PhaseRecord) => void): void {
    this.onPhase = onPhase;
  }

  get isDone(): boolean {
    return this.ended;
  }

  /** The last phase of this number. */
  phaseOf(number: number): PhaseRecord {
    const found = this.phases.findLast((phase) => phase.number === number);
    if (found === undefined) throw new RangeError(`phase ${number} of a program that did not reach it`);
    return found;
  }

  burstDone(_tag: number, processor: number): void {
    this.processors.release(processor);
    this.carryOut();
  }

  fileDone(request: FileRequest): void {
    const { phase } = this;
    phase.end = this.kernel.now;
    phase.operations += 1;
    if (request.op === FileOp.CREATE) phase.filesCreated += 1;
    else if (request.op === FileOp.UNLINK) phase.filesDeleted += 1;
    else if (request.op === FileOp.READ) phase.bytesRead += request.bytes;
    else if (request.op === FileOp.WRITE) phase.bytesWritten += request.bytes;
    this.next();
  }

  private next(): void {
    const { op } = this;
    while (this.program.next(op)) {
      if (op.op === FileOp.PHASE) {
        this.endPhase();
        this.phase = new PhaseRecord(op.file, this.kernel.now);
        continue;
      }
      if (op.compute > 0) this.processors.runProgram(this, 0, op.compute);
      else if (op.op !== FileOp.COMPUTE) this.carryOut();
      else continue;
      return;
    }
    this.endPhase();
    this.ended = true;
    this.onEnd();
  }

  /** The operation at hand, after the program computed. */
  private carryOut(): void {
    const { op, request } = this;
    if (op.op === FileOp.COMPUTE) {
      this.phase.end = this.kernel.now;
      this.next();
      return;
    }
    request.op = op.op;
    request.file = op.file;
    request.directory = op.directory;
    request.offset = op.offset;
    request.bytes = op.bytes;
    request.direct = op.direct;
    this.files.submit(request);
  }

  private endPhase(): void {
    if (this.phase.number === -1) return;
    this.phases.push(this.phase);
    this.onPhase(this.phase);
  }
}
