/**
 * What both iROW images have in common: a meta file, states in pairs of files, and the operations by name. It knows neither when bits and
 * records are written nor time.
 */
import type { Bytes } from '../../../sim/units.js';
import { LIVE, Op, type Extent, type FormatContext, type ImageFile, type RequestId } from '../../io/image-format.js';
import type { Plan } from '../../io/plan.js';
import { backingFiles } from '../backing.js';
import { ImageBase } from '../image-base.js';
import { SynchronousFile } from '../synchronous-file.js';
import { extentsOf } from './extents.js';
import { inspectStates, type IrowTables } from './inspect.js';
import { MetaFile } from './meta-file.js';
import { StatePair } from './state-pair.js';
import { States, type StateRecord } from './states.js';

/** The meta file and the first pair; the backing image's files come next. */
export const ownFiles = 3;

export abstract class IrowBase extends ImageBase {
  readonly files: ImageFile[];
  protected readonly meta: MetaFile;
  protected readonly states: States;
  /** Opened as the image below another. */
  protected isReadOnly = false;
  private pairs = 1;

  constructor(
    context: FormatContext,
    protected readonly clusterBytes: Bytes,
    protected readonly copyOnDemand: boolean,
  ) {
    super(context, 'irow');
    const file: ImageFile = { role: 'image', name: `${context.name ?? 'img0'}.irow`, bytes: 0 };
    this.ownFiles = ownFiles;
    this.files = [file];
    this.meta = new MetaFile(new SynchronousFile(0, file));
    this.states = new States(new StatePair(0, this.files, clusterBytes, context.diskBytes));
    this.files.push(...backingFiles(context.backing));
  }

  extents(view: string | typeof LIVE): Extent[] {
    const state = view === LIVE ? this.states.current : this.states.get(view);
    return extentsOf(state, this.diskBytes, this.backing, ownFiles);
  }

  /** What the meta file and the bitmaps say now. */
  inspect(): IrowTables {
    return inspectStates(this.states, this.clusterBytes, this.copyOnDemand, this.backing?.files[0]?.name ?? null);
  }

  protected override get keepsState(): boolean {
    return true;
  }

  protected get current(): StatePair {
    return this.states.current.pair;
  }

  /** Two files more. */
  protected addPair(): StatePair {
    return new StatePair(this.pairs++, this.files, this.clusterBytes, this.diskBytes);
  }

  protected override get flushesBelow(): boolean {
    return true;
  }

  protected override checkSnapshot(op: Op, name: string): void {
    if (op !== Op.SNAPSHOT) this.states.get(name);
  }

  protected control(r: RequestId, op: Op, plan: Plan): void {
    const name = this.names[r]!;
    switch (op) {
      case Op.CREATE:
        this.meta.create(plan);
        this.create(plan);
        break;
      case Op.OPEN:
      case Op.OPEN_BELOW:
      case Op.OPEN_KNOWN:
        if (op !== Op.OPEN_KNOWN) this.meta.file.probe(plan);
        this.isReadOnly = op !== Op.OPEN;
        this.open(plan);
        this.openBacking(r, Op.OPEN_BELOW, plan);
        break;
      case Op.SNAPSHOT:
        this.snapshot(plan, name);
        break;
      case Op.APPLY:
        this.apply(plan, this.states.get(name));
        break;
      case Op.DELETE:
        this.delete(plan, this.states.get(name));
        break;
      case Op.SAVE_STATE:
        this.saveState(plan, this.offset[r]!, this.bytes[r]!);
        break;
      case Op.LOAD_STATE:
        this.loadState(plan, this.offset[r]!, this.bytes[r]!);
        break;
      default:
        break;
    }
  }

  /** The first pair of files. */
  protected abstract create(plan: Plan): void;
  /** A new process reads meta file and bitmap. */
  protected abstract open(plan: Plan): void;
  protected abstract snapshot(plan: Plan, name: string): void;
  protected abstract apply(plan: Plan, target: StateRecord): void;
  protected abstract delete(plan: Plan, snapshot: StateRecord): void;
  protected abstract saveState(plan: Plan, offset: Bytes, bytes: Bytes): void;
  protected abstract loadState(plan: Plan, offset: Bytes, bytes: Bytes): void;
}
