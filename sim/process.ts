/**
 * Scenarios as prose: a generator that yields how long to wait, or a gate to wait at.
 * For the control plane (boot, snapshot, restore), 10^2 to 10^5 steps; the data plane uses bound timers.
 */
import type { Kernel, Timer } from './kernel.js';
import type { Nanoseconds } from './units.js';

export type Step = Nanoseconds | Gate;
export type Scenario = Generator<Step, void, void>;

/** A place where processes wait until it is opened; opening it lets all of them through, and closes it again. */
export class Gate {
  private waiting: (() => void)[] = [];

  wait(resume: () => void): void {
    this.waiting.push(resume);
  }

  open(): void {
    const resumed = this.waiting;
    this.waiting = [];
    for (const resume of resumed) resume();
  }
}

/** Starts a scenario now: its first step runs when the kernel next fires, never within this call. */
export function spawn(kernel: Kernel, scenario: Scenario): void {
  const timer: Timer = kernel.timer(() => {
    const { value, done } = scenario.next();
    if (done === true) return;
    if (typeof value === 'number') timer.start(value);
    else value.wait(() => timer.start(0));
  });
  timer.start(0);
}
