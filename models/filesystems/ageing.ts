/**
 * A file system that was used for long: files are created and removed by a declared process until it is as full and as worn as asked.
 * It works on any layout and counts no time. The process follows K. Smith and M. Seltzer, "File System Aging" (SIGMETRICS 1997), the sizes
 * N. Agrawal et al., "A Five-Year Study of File-System Metadata" (FAST 2007).
 */
import { InputError } from '../../sim/errors.js';
import type { OptionSet, Values } from '../../sim/options.js';
import type { RandomStream } from '../../sim/random.js';
import { KiB, MiB, type Bytes } from '../../sim/units.js';
import { unusedMetadata, type FileLayout, type FileNumber } from './file-layout.js';
import { hole, RunList } from './run-list.js';

export const ageingOptions = {
  usedPercent: { kind: 'count', about: 'blocks in use at the end, of all', default: 60, max: 95 },
  turnoverPercent: {
    kind: 'count',
    about: 'bytes written after the disk was first that full, of its size; assumed, 0 to 1000',
    default: 200,
    max: 10_000,
  },
  medianFile: { kind: 'size', about: 'median size of a file (log-normal; 4 KiB in Agrawal et al.)', default: 4 * KiB, min: 1 },
  meanFile: { kind: 'size', about: 'mean size of a file (log-normal; 108 to 189 KiB in Agrawal et al.)', default: 128 * KiB, min: 1 },
  largestFile: { kind: 'size', about: 'sizes drawn above this are this; assumed, 16 MiB to 1 GiB', default: 64 * MiB, min: KiB },
  directories: { kind: 'count', about: 'directories; assumed, 10 to 10000', default: 100, min: 1 },
  writers: { kind: 'count', about: 'files that grow at the same time; assumed, 1 to 16', default: 4, min: 1, max: 64 },
} as const satisfies OptionSet;

/** What one write appends to a file that grows beside others. */
const chunkBytes = 64 * KiB;

export class AgedFileSystem {
  /** The files that are there at the end. */
  readonly files: FileNumber[] = [];
  /** Bytes written since the file system was first as full as asked. */
  turnedOver: Bytes = 0;
  private readonly runs = new RunList();
  private readonly spare: FileNumber[] = [];
  private readonly directories: number;
  private readonly sigma: number;
  /** Files that grow now: their numbers, sizes to come to, and what is written of them. */
  private readonly growing: { file: FileNumber; bytes: Bytes; written: Bytes }[] = [];
  private nextFile: FileNumber;

  /**
   * Ages a layout.
   * @param firstFile numbers from here on are taken for directories and files
   * @throws InputError where the file system runs out of inodes, or is fuller when empty than it is to be
   */
  constructor(
    private readonly layout: FileLayout,
    private readonly options: Values<typeof ageingOptions>,
    private readonly random: RandomStream,
    private readonly firstFile: FileNumber,
  ) {
    this.directories = options.directories;
    this.nextFile = firstFile + options.directories;
    this.sigma = Math.sqrt(2 * Math.log(Math.max(1, options.meanFile / options.medianFile)));
    for (let i = 0; i < options.directories; i++) layout.makeDirectory(firstFile + i, 0, unusedMetadata);
    const freeAtEnd = Math.floor(layout.blocks * (1 - options.usedPercent / 100));
    while (layout.freeBlocks() > freeAtEnd) this.write();
    const goal = layout.blocks * layout.blockBytes * (options.turnoverPercent / 100);
    while (this.turnedOver < goal) {
      if (layout.freeBlocks() > freeAtEnd) this.turnedOver += this.write();
      else this.removeOne();
    }
    for (const { file } of this.growing) this.end(file);
    this.growing.length = 0;
  }

  /** Appends a piece to one of the files that grow, and answers its bytes. */
  private write(): Bytes {
    const { layout, growing, random } = this;
    if (growing.length < this.options.writers) growing.push({ file: this.create(), bytes: this.drawSize(), written: 0 });
    const at = random.below(growing.length);
    const grows = growing[at]!;
    const { blockBytes } = layout;
    const first = Math.ceil(grows.written / blockBytes);
    const piece = Math.min(chunkBytes, grows.bytes - grows.written, Math.max(0, layout.freeBlocks() - 64) * blockBytes);
    const blocks = Math.ceil((grows.written + piece) / blockBytes) - first;
    if (blocks > 0) layout.allocate(grows.file, first, blocks, this.runs, unusedMetadata);
    grows.written += piece;
    layout.setSize(grows.file, grows.written, unusedMetadata);
    if (piece < chunkBytes || grows.written === grows.bytes) {
      this.end(grows.file);
      growing.splice(at, 1);
    }
    return piece;
  }

  private create(): FileNumber {
    const file = this.spare.pop() ?? this.nextFile++;
    this.layout.create(file, this.firstFile + this.random.below(this.directories), unusedMetadata);
    return file;
  }

  private end(file: FileNumber): void {
    this.layout.close(file);
    this.files.push(file);
  }

  /** Removes one file of all, each as likely; where all are growing, ends one first. */
  private removeOne(): void {
    const { files } = this;
    if (files.length === 0) {
      const grows = this.growing.pop();
      if (grows === undefined)
        throw new InputError('usedPercent', `${this.options.usedPercent}`, 'more than what the empty file system takes for itself');
      this.end(grows.file);
    }
    const at = this.random.below(files.length);
    const file = files[at]!;
    files[at] = files[files.length - 1]!;
    files.pop();
    this.layout.unlink(file, unusedMetadata);
    this.spare.push(file);
  }

  /** Log-normal, at least one byte. */
  private drawSize(): Bytes {
    const { random, options } = this;
    const normal = Math.sqrt(-2 * Math.log1p(-random.uniform())) * Math.cos(2 * Math.PI * random.uniform());
    return Math.min(options.largestFile, Math.ceil(options.medianFile * Math.exp(this.sigma * normal)));
  }
}

/**
 * How well files lie in one piece: of all blocks but the first of each file, the share that stands right behind the one before (Smith and
 * Seltzer's layout score). 1: no file is broken; also where no file has two blocks.
 */
export function layoutScore(layout: FileLayout, files: Iterable<FileNumber>): number {
  const runs = new RunList();
  let followers = 0;
  let broken = 0;
  for (const file of files) {
    layout.map(file, 0, Math.ceil(layout.size(file) / layout.blockBytes), runs, unusedMetadata);
    let end = -1;
    for (let run = 0; run < runs.size; run++) {
      if (runs.block[run] === hole) continue;
      followers += runs.blocks[run]! - (end === -1 ? 1 : 0);
      if (end !== -1 && runs.block[run] !== end) broken += 1;
      end = runs.block[run]! + runs.blocks[run]!;
    }
  }
  return followers === 0 ? 1 : (followers - broken) / followers;
}
