/**
 * Requests that a script submits one after another and that go on beside one another: when each takes its next step, counted in submissions.
 * While a step takes longer than all submissions, those behind it wait for the lock. It knows no format.
 * Source: recorded orders; each request was sent once the tool had taken the one before.
 */
import { Next, type RequestId } from '../../../models/io/image-format.js';
import { Kind, Mode, NONE, type Plan } from '../../../models/io/plan.js';

export class Submissions {
  private queue: RequestId[] = [];
  /** By request: submissions since its last step, and how many that takes. */
  private readonly age: number[] = [];
  private readonly duration: number[] = [];

  /**
   * @param step takes a request's next step and answers with its plan
   * @param durationOf how many submissions a step takes
   */
  constructor(
    private readonly step: (r: RequestId) => { next: Next; plan: Plan; released: readonly RequestId[] },
    private readonly durationOf: (plan: Plan) => number,
  ) {}

  /** A request begins; before that those in flight go on as far as they come by then. */
  submit(r: RequestId, begin: () => void): void {
    if (r > 0) this.pass();
    begin();
    this.goOn(r);
  }

  /** Has all go on, in turn, to their ends. */
  finish(): void {
    while (this.queue.length > 0) this.goOn(this.queue.shift()!);
  }

  private pass(): void {
    if (this.queue.some((r) => this.duration[r] === Infinity)) return;
    const waiting = this.queue;
    this.queue = [];
    for (const r of waiting) {
      this.age[r]! += 1;
      if (this.age[r]! < this.duration[r]!) this.queue.push(r);
      else this.goOn(r);
    }
  }

  private goOn(r: RequestId): void {
    const { next, plan, released } = this.step(r);
    this.age[r] = 0;
    this.duration[r] = this.durationOf(plan);
    if (next === Next.CONTINUE) this.queue.push(r);
    for (const q of released) this.goOn(q);
  }
}

/** Of writes that wait for no disk: as many as I/Os come one behind another; without end where metadata is made durable. */
export function cachedDuration(plan: Plan): number {
  const chain: number[] = [];
  let longest = 0;
  for (let i = 0; i < plan.size; i++) {
    if (plan.mode[i] === Mode.BLOCKING && plan.kind[i] === Kind.FLUSH) return Infinity;
    if (plan.mode[i] === Mode.BLOCKING) continue;
    const after = plan.after[i]!;
    chain[i] = 1 + (after === NONE ? 0 : (chain[after] ?? 0));
    longest = Math.max(longest, chain[i]!);
  }
  return longest;
}

/** Of writes that each wait for the disk. */
export const durableDuration = (): number => Infinity;
