/** `snapsim trace scale`: a trace that lasts longer or shorter, or that asks more or less often. */
import { RandomStream } from '../../sim/random.js';
import type { TraceBatch, TraceReader } from '../../traces/batch.js';
import { TransformingReader } from './transforming-reader.js';

export interface Scaling {
  /** Factor on times: 0.5 is twice as fast. Response times stay: the disk does not become another. */
  readonly time: number;
  /**
   * Records for one of the trace. Below 1, that share of them is drawn. Above 1, each comes so often (the part behind the point by
   * chance), its copies spread evenly over the time since the record before it; they ask for the same place, so the footprint stays.
   */
  readonly intensity: number;
  readonly seed: number;
}

export class ScaledReader extends TransformingReader {
  private readonly random: RandomStream;
  /** Of the record at hand: how often it comes, and how many of these were yielded. */
  private copies = -1;
  private yielded = 0;
  private lastTime = 0;

  constructor(
    source: TraceReader,
    private readonly scaling: Scaling,
  ) {
    super(source, 'the scaled trace');
    this.random = new RandomStream(scaling.seed, 'trace scale');
  }

  protected transform(input: TraceBatch, i: number): boolean {
    const { time: factor, intensity } = this.scaling;
    const time = input.time[i]!;
    if (this.copies < 0) {
      const whole = Math.floor(intensity);
      this.copies = whole + (intensity > whole && this.random.uniform() < intensity - whole ? 1 : 0);
      this.yielded = 0;
    }
    if (this.yielded < this.copies) {
      this.yielded++;
      const since = ((time - this.lastTime) * this.yielded) / this.copies;
      const at = Math.round((this.lastTime + since) * factor);
      this.emit(at, input.op[i]!, input.offset[i]!, input.bytes[i]!, input.response[i]!);
    }
    if (this.yielded < this.copies) return false;
    this.copies = -1;
    this.lastTime = time;
    return true;
  }
}
