/**
 * PostMark 1.5, the benchmark of mail and news servers: a pool of files of random sizes is created; transactions follow, each a creation
 * or deletion paired with a read of a whole file or an append; at the end all files are deleted.
 * Source: J. Katcher, PostMark: A New File System Benchmark, Network Appliance TR-3022 (1997); defaults as the program's `show` prints them.
 */
import { InputError } from '../../sim/errors.js';
import { RandomStream } from '../../sim/random.js';
import { KiB, microsecond, type Bytes } from '../../sim/units.js';
import { FileOp, type FileOperation, type FileProgram } from './file-operation.js';
import { fileWorkload } from './file-workload.js';

export const postMark = fileWorkload({
  about: 'PostMark: creates a pool of small files, runs transactions on them, deletes them',
  source: 'Network Appliance TR-3022; no operation is made durable (the program never calls fsync)',
  phases: ['create', 'transactions', 'delete'],
  options: {
    files: { kind: 'count', about: 'Files in the initial pool', default: 500, min: 1 },
    sizeLow: { kind: 'size', about: 'Smallest file', default: 500 },
    sizeHigh: { kind: 'size', about: 'Largest file; sizes are uniform', default: 10_000 },
    transactions: { kind: 'count', about: 'Transactions after the creation', default: 500 },
    subdirectories: { kind: 'count', about: 'Directories that the files are spread over at random; 0 for one flat directory', default: 0 },
    readBias: { kind: 'count', about: 'Of ten, how many transactions read rather than append', default: 5, min: 0, max: 10 },
    createBias: { kind: 'count', about: 'Of ten, how many transactions create rather than delete', default: 5, min: 0, max: 10 },
    buffer: { kind: 'size', about: 'Buffer of the C library: a system call for each of these', default: 4 * KiB, min: 512 },
    callTime: {
      kind: 'time',
      about: "The program's own time for each system call: filling the buffer with text (assumed, 1 to 5 us)",
      default: 2 * microsecond,
    },
    deletesPool: { kind: 'switch', about: 'Whether the files are deleted at the end', default: true },
  },
  open(values, seed): FileProgram {
    if (values.sizeLow > values.sizeHigh) {
      throw new InputError('postmark.sizeLow', `${values.sizeLow} B`, `at most sizeHigh, ${values.sizeHigh} B`);
    }
    return new PostMark(values, new RandomStream(seed, 'postmark'));
  },
});

interface Settings {
  readonly files: number;
  readonly sizeLow: Bytes;
  readonly sizeHigh: Bytes;
  readonly transactions: number;
  readonly subdirectories: number;
  readonly readBias: number;
  readonly createBias: number;
  readonly buffer: Bytes;
  readonly callTime: number;
  readonly deletesPool: boolean;
}

/** What the program does next. */
const enum State {
  DIRECTORIES = 0,
  CREATE_PHASE = 1,
  CREATE = 2,
  FILL = 3,
  TRANSACTION_PHASE = 4,
  TRANSACTION = 5,
  /** The second half of a transaction. */
  READ_OR_APPEND = 6,
  TRANSFER = 7,
  DELETE_PHASE = 8,
  DELETE = 9,
  CLOSE = 10,
  END = 11,
  /** The next buffer of a file that is being read. */
  READ = 12,
}

class PostMark implements FileProgram {
  private state = State.DIRECTORIES;
  private made = 0;
  private done = 0;
  /** Numbers of the files in the pool, in no order; their sizes by number. */
  private pool: Int32Array;
  private pooled = 0;
  private sizes: Float64Array;
  private free: number[] = [];
  private nextNumber: number;
  private filling = 0;
  private readTo: Bytes = 0;
  private afterFill = State.CREATE;
  private afterClose = State.CREATE;

  constructor(
    private readonly settings: Settings,
    private readonly random: RandomStream,
  ) {
    const room = settings.files + 16;
    this.pool = new Int32Array(room);
    this.nextNumber = settings.subdirectories + 1;
    this.sizes = new Float64Array(this.nextNumber + room);
  }

  next(into: FileOperation): boolean {
    into.compute = 0;
    into.direct = false;
    into.offset = 0;
    for (;;) {
      switch (this.state) {
        case State.DIRECTORIES:
          if (this.made < this.settings.subdirectories) return this.makeDirectory(into);
          this.state = State.CREATE_PHASE;
          break;
        case State.CREATE_PHASE:
          this.made = 0;
          return this.phase(into, 0, State.CREATE);
        case State.CREATE:
          if (this.made++ < this.settings.files) return this.create(into, State.CREATE);
          this.state = State.TRANSACTION_PHASE;
          break;
        case State.FILL:
          return this.transfer(into, FileOp.WRITE, 0, this.sizes[this.filling]!, this.afterFill);
        case State.CLOSE:
          into.op = FileOp.CLOSE;
          into.file = this.filling;
          this.state = this.afterClose;
          return true;
        case State.TRANSACTION_PHASE:
          return this.phase(into, 1, State.TRANSACTION);
        case State.TRANSACTION:
          if (this.done++ >= this.settings.transactions) this.state = State.DELETE_PHASE;
          else if (this.random.below(10) < this.settings.createBias || this.pooled === 0) return this.create(into, State.READ_OR_APPEND);
          else return this.remove(into, this.random.below(this.pooled), State.READ_OR_APPEND);
          break;
        case State.READ_OR_APPEND:
          if (this.pooled > 0) return this.openAny(into);
          this.state = State.TRANSACTION;
          break;
        case State.TRANSFER:
          return this.readOrAppend(into);
        case State.READ:
          return this.readBuffer(into);
        case State.DELETE_PHASE:
          return this.phase(into, 2, this.settings.deletesPool ? State.DELETE : State.END);
        case State.DELETE:
          if (this.pooled > 0) return this.remove(into, this.pooled - 1, State.DELETE);
          this.state = State.END;
          break;
        case State.END:
          return false;
      }
    }
  }

  private phase(into: FileOperation, number: number, then: State): boolean {
    into.op = FileOp.PHASE;
    into.file = number;
    this.state = then;
    return true;
  }

  private makeDirectory(into: FileOperation): boolean {
    into.op = FileOp.MKDIR;
    into.file = ++this.made;
    into.directory = 0;
    return true;
  }

  private create(into: FileOperation, then: State): boolean {
    const number = this.free.pop() ?? this.nextNumber++;
    if (number >= this.sizes.length) this.sizes = wider(this.sizes, new Float64Array(this.sizes.length * 2));
    if (this.pooled === this.pool.length) this.pool = wider(this.pool, new Int32Array(this.pool.length * 2));
    this.pool[this.pooled++] = number;
    const { sizeLow, sizeHigh, subdirectories } = this.settings;
    this.sizes[number] = sizeLow + this.random.below(sizeHigh - sizeLow + 1);
    into.op = FileOp.CREATE;
    into.file = number;
    into.directory = subdirectories === 0 ? 0 : 1 + this.random.below(subdirectories);
    this.filling = number;
    this.afterFill = then;
    this.afterClose = then;
    this.state = this.sizes[number] > 0 ? State.FILL : State.CLOSE;
    return true;
  }

  private remove(into: FileOperation, index: number, then: State): boolean {
    const number = this.pool[index]!;
    this.pool[index] = this.pool[--this.pooled]!;
    this.free.push(number);
    into.op = FileOp.UNLINK;
    into.file = number;
    this.state = then;
    return true;
  }

  private openAny(into: FileOperation): boolean {
    this.filling = this.pool[this.random.below(this.pooled)]!;
    into.op = FileOp.OPEN;
    into.file = this.filling;
    this.state = State.TRANSFER;
    return true;
  }

  private readOrAppend(into: FileOperation): boolean {
    const size = this.sizes[this.filling]!;
    if (this.random.below(10) < this.settings.readBias) {
      this.readTo = 0;
      if (size > 0) return this.readBuffer(into);
    } else if (size < this.settings.sizeHigh) {
      const more = 1 + this.random.below(this.settings.sizeHigh - size);
      this.sizes[this.filling] = size + more;
      return this.transfer(into, FileOp.WRITE, size, more, State.TRANSACTION);
    }
    // The file is as large as files may be, or empty: it is opened and closed.
    into.op = FileOp.CLOSE;
    into.file = this.filling;
    this.state = State.TRANSACTION;
    return true;
  }

  /** A call for each buffer: how far is read ahead follows from what a call asks for. */
  private readBuffer(into: FileOperation): boolean {
    const { buffer } = this.settings;
    const from = this.readTo;
    const size = this.sizes[this.filling]!;
    this.readTo = Math.min(size, from + buffer);
    this.transfer(into, FileOp.READ, from, this.readTo - from, State.TRANSACTION);
    if (this.readTo < size) this.state = State.READ;
    return true;
  }

  private transfer(into: FileOperation, op: FileOp, offset: Bytes, bytes: Bytes, then: State): boolean {
    into.op = op;
    into.file = this.filling;
    into.offset = offset;
    into.bytes = bytes;
    into.compute = Math.ceil(bytes / this.settings.buffer) * this.settings.callTime;
    this.state = State.CLOSE;
    this.afterClose = then;
    return true;
  }
}

function wider<A extends Int32Array | Float64Array>(from: A, to: A): A {
  to.set(from);
  return to;
}
