import { expect } from 'chai';
import { Processors, type ProcessorUser } from '../../../models/guests/processors.js';
import { Kernel } from '../../../sim/kernel.js';

/** Notes when its bursts end, and releases the processor at once or when told. */
class User implements ProcessorUser {
  readonly log: string[] = [];
  held: number[] = [];

  constructor(
    private readonly kernel: Kernel,
    private readonly processors: Processors,
    private readonly holds = false,
  ) {}

  burstDone(tag: number, processor: number): void {
    this.log.push(`${tag} at ${this.kernel.now}`);
    if (this.holds) this.held.push(processor);
    else this.processors.release(processor);
  }
}

describe('virtual processors', () => {
  it('do one burst each, first come first served', () => {
    const kernel = new Kernel();
    const processors = new Processors(kernel, 2);
    const user = new User(kernel, processors);
    for (const [tag, time] of [10, 20, 30, 40].entries()) processors.runKernel(user, tag, time);
    kernel.run();
    expect(user.log).eql(['0 at 10', '1 at 20', '2 at 40', '3 at 60']);
    expect(processors.busyTime()).equal(100);
  });

  it('let the kernel interrupt a program, which goes on afterwards', () => {
    const kernel = new Kernel();
    const processors = new Processors(kernel, 1);
    const user = new User(kernel, processors);
    const interrupt = kernel.timer(() => processors.runKernel(user, 1, 5));
    processors.runProgram(user, 0, 100);
    interrupt.start(30);
    kernel.run();
    expect(user.log).eql(['1 at 35', '0 at 105']);
    expect(processors.busyTime()).equal(105);
  });

  it('do nothing else while one is held', () => {
    const kernel = new Kernel();
    const processors = new Processors(kernel, 1);
    const holder = new User(kernel, processors, true);
    const user = new User(kernel, processors);
    const later = kernel.timer(() => processors.release(holder.held[0]!));
    processors.runKernel(holder, 0, 10);
    processors.runProgram(user, 1, 10);
    processors.runKernel(user, 2, 10);
    later.start(50);
    kernel.run();
    expect(holder.log).eql(['0 at 10']);
    expect(user.log).eql(['2 at 60', '1 at 70']);
  });
});
