/**
 * Runs operations on an image, one after another, and records what happens on the host. Entries of a step that are not awaited are in
 * flight together until the step ends, or until one that waits for them. It knows no crash.
 */
import { sectorBytes, type Bytes } from '../../../sim/units.js';
import { Next, Op, type ImageFormat } from '../../../models/io/image-format.js';
import { Content, Kind, Mode, NONE, Plan, type FileId } from '../../../models/io/plan.js';
import { carryOutBackground } from '../../../models/io/untimed.js';
import { BACKGROUND, markOf, type CrashEvent, type HostWrite, type Request } from './events.js';
import { HostFiles } from './host-files.js';
import type { RecoveryModel, Words } from './recovery.js';
import { imageSettings } from './settings.js';

/** Operations are carried out one at a time, in this slot. */
const slot = 0;

/** A plan that notes what each write of metadata says at the moment it is planned. */
class RecordingPlan extends Plan {
  /** By row of `contents`: what its sectors say, from the first that it touches. */
  readonly words: (readonly Words[])[] = [];
  request: Request | null = null;

  constructor(private readonly recovery: RecoveryModel) {
    super(true);
  }

  override holds(entry: number, from: Bytes, bytes: Bytes, what: Content, source: number, sourceFile: FileId = 0): void {
    super.holds(entry, from, bytes, what, source, sourceFile);
    if (what !== Content.METADATA) return;
    const start = this.offset[entry]! + from;
    const words: Words[] = [];
    for (let at = start - (start % sectorBytes); at < start + bytes; at += sectorBytes) {
      words.push(this.recovery.says(this.file[entry]!, at, this.request!));
    }
    this.words[this.contents!.size - 1] = words;
  }
}

export class Recorder {
  readonly events: CrashEvent[] = [];
  private readonly plan: RecordingPlan;
  private readonly newest = new HostFiles();
  private marks = 0;

  /** @param unitBytes what the image allocates as one: a cluster of an operation is the end of such a unit */
  constructor(
    private readonly image: ImageFormat,
    recovery: RecoveryModel,
    private readonly unitBytes: Bytes,
  ) {
    this.plan = new RecordingPlan(recovery);
  }

  /** What a sector of a file holds from the start. */
  fill(file: number, offset: Bytes, mark: number): void {
    this.newest.set(file, offset, mark);
  }

  run(op: Op, offset: Bytes = 0, bytes: Bytes = 0, name = ''): void {
    const { image, plan, events } = this;
    const at = bytes === 0 ? offset : this.spread(offset);
    const request: Request = { op, offset: at, bytes, name, mark: op === Op.WRITE ? ++this.marks : 0 };
    plan.request = request;
    events.push({ kind: 'begin', request });
    image.begin(slot, op, at, bytes, name);
    for (let next = Next.CONTINUE; next !== Next.DONE;) {
      next = image.step(slot, plan.clear());
      if (next === Next.WAIT) this.wake();
      this.carryOut(request);
    }
    events.push({ kind: 'end', request });
  }

  /** Carries out all that is due in the background, a step of each task in turn. */
  runBackground(): void {
    const { image, plan, events } = this;
    const request: Request = { op: BACKGROUND, offset: 0, bytes: 0, name: '', mark: 0 };
    plan.request = request;
    events.push({ kind: 'begin', request });
    carryOutBackground(image, () => this.carryOut(request), plan);
    events.push({ kind: 'end', request });
  }

  /** Where an offset lies when the cluster with it is the end of a unit. */
  private spread(offset: Bytes): Bytes {
    const { clusterBytes } = imageSettings;
    return offset + (Math.floor(offset / clusterBytes) + 1) * (this.unitBytes - clusterBytes);
  }

  /** A request that waits with nothing else in flight was set free by itself. */
  private wake(): void {
    if (this.image.released.size === 0) throw new Error('an operation waits though no other request is in flight');
    while (this.image.released.size > 0) this.image.released.shift();
  }

  private carryOut(request: Request): void {
    const { plan, events } = this;
    let inFlight: { entry: number; write: HostWrite }[] = [];
    const settle = (): void => {
      for (const { write } of inFlight) events.push({ kind: 'done', write });
      inFlight = [];
    };
    for (let i = 0; i < plan.size; i++) {
      if (plan.after[i] !== NONE && inFlight.some(({ entry }) => entry <= plan.after[i]!)) settle();
      switch (plan.kind[i] as Kind) {
        case Kind.WRITE:
        case Kind.ZERO:
        case Kind.PUNCH: {
          const write = this.writeOf(i, request);
          this.newest.apply(write);
          events.push({ kind: 'issue', write });
          if (plan.mode[i] === Mode.BLOCKING) events.push({ kind: 'done', write });
          else inFlight.push({ entry: i, write });
          break;
        }
        case Kind.FLUSH:
          events.push({ kind: 'flush', file: plan.file[i]! });
          break;
        case Kind.TRUNCATE:
          this.newest.truncate(plan.file[i]!, plan.offset[i]!);
          events.push({ kind: 'truncate', file: plan.file[i]!, bytes: plan.offset[i]! });
          break;
        default:
          break;
      }
    }
    settle();
  }

  private writeOf(entry: number, request: Request): HostWrite {
    const { plan, newest } = this;
    const contents = plan.contents!;
    const file = plan.file[entry]!;
    const sectors: { offset: Bytes; cell: number | Words }[] = [];
    if (plan.kind[entry] !== Kind.WRITE) {
      // Of a long range, the sectors that hold something, and the last one for the file's length.
      const last = plan.offset[entry]! + plan.bytes[entry]! - sectorBytes;
      for (let at = plan.offset[entry]!; at <= last; at += sectorBytes) {
        if (newest.get(file, at) !== 0 || at === last) sectors.push({ offset: at, cell: 0 });
      }
      return { file, sectors };
    }
    for (let row = 0; row < contents.size; row++) {
      if (contents.entry[row] !== entry) continue;
      const start = plan.offset[entry]! + contents.from[row]!;
      const source = contents.source[row]!;
      const what = contents.what[row]!;
      if (what === Content.METADATA) {
        plan.words[row]!.forEach((cell, i) => sectors.push({ offset: start - (start % sectorBytes) + i * sectorBytes, cell }));
        continue;
      }
      for (let at = 0; at < contents.bytes[row]!; at += sectorBytes) {
        const copied = what === Content.COPY ? newest.get(contents.sourceFile[row]!, source + at) : 0;
        sectors.push({ offset: start + at, cell: what === Content.GUEST ? markOf(request.mark, (source + at) / sectorBytes) : copied });
      }
    }
    return { file, sectors };
  }
}
