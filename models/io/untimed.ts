/**
 * Carries out an operation of an image format without a device and without time: to create and open an image, and to bring it
 * into the state in which a run begins. What it would have cost is thrown away.
 */
import type { Bytes } from '../../sim/units.js';
import { IDLE } from './background-task.js';
import { Next, type ImageFormat, type Op } from './image-format.js';
import { Plan } from './plan.js';

/** The request id that untimed operations use: no other request is in flight. */
const only = 0;

/** Calls `onStep` with each step's plan, if it is given: to see or to apply what the operation would do. */
export function carryOut(
  format: ImageFormat,
  op: Op,
  offset: Bytes = 0,
  bytes: Bytes = 0,
  name?: string,
  onStep?: (plan: Plan) => void,
): void {
  const plan = new Plan(onStep !== undefined);
  format.begin(only, op, offset, bytes, name);
  let next: Next;
  do {
    next = format.step(only, plan.clear());
    if (next === Next.WAIT) throw new Error('an operation waits though no other request is in flight');
    onStep?.(plan);
  } while (next !== Next.DONE);
}

/** Carries out all work in the background that is due at some time, a step of each task in turn, as if every I/O took no time. */
export function carryOutBackground(format: ImageFormat, onStep: (plan: Plan) => void, plan = new Plan(true)): void {
  const tasks = format.background ?? [];
  const isUnderWay = tasks.map(() => false);
  for (let now = 0; now !== IDLE;) {
    let next = IDLE;
    tasks.forEach((task, k) => {
      const due = isUnderWay[k] === true ? now : task.due(now);
      next = Math.min(next, due);
      if (due > now) return;
      isUnderWay[k] = task.step(plan.clear(), now) !== Next.DONE;
      // A task that waits is asked again in its turn, released or not.
      while (format.released.size > 0) format.released.shift();
      onStep(plan);
    });
    now = Math.max(now, next);
  }
}
