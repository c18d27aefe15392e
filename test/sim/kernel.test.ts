import { expect } from 'chai';
import fc from 'fast-check';
import { Kernel, type Timer } from '../../sim/kernel.js';
import { Gate, spawn } from '../../sim/process.js';

describe('kernel', () => {
  it('fires in the order of time, and of scheduling among equals', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 20 }), { minLength: 1, maxLength: 200 }), (delays) => {
        const kernel = new Kernel();
        const fired: [number, number][] = [];
        delays.forEach((delay, i) => kernel.timer(() => fired.push([kernel.now, i])).start(delay));
        kernel.run();
        const expected = delays.map((delay, i): [number, number] => [delay, i]).sort((a, b) => a[0] - b[0] || a[1] - b[1]);
        expect(fired).to.deep.equal(expected);
      }),
    );
  });

  it('orders as a plain list does whatever is started, stopped and restarted', () => {
    const action = fc.record({ timer: fc.nat(9), delay: fc.nat(30), stop: fc.boolean(), fire: fc.nat(3) });
    fc.assert(
      fc.property(fc.array(action, { maxLength: 100 }), (actions) => {
        const kernel = new Kernel();
        const fired: number[] = [];
        const expected: number[] = [];
        let order = 0;
        let list: { timer: number; time: number; order: number }[] = [];
        const timers: Timer[] = Array.from({ length: 10 }, (_, i) => kernel.timer(() => fired.push(i)));
        for (const { timer, delay, stop, fire } of actions) {
          if (stop) {
            timers[timer]!.stop();
            list = list.filter((entry) => entry.timer !== timer);
          } else if (!timers[timer]!.pending) {
            timers[timer]!.start(delay);
            list.push({ timer, time: kernel.now + delay, order: order++ });
          }
          list.sort((a, b) => a.time - b.time || a.order - b.order);
          expected.push(...list.splice(0, fire).map((entry) => entry.timer));
          kernel.run(Infinity, fire);
          expect(kernel.pending).to.equal(list.length);
        }
        expect(fired).to.deep.equal(expected);
      }),
    );
  });

  it('lets a callback restart its own timer, start others and stop others', () => {
    const kernel = new Kernel();
    const log: string[] = [];
    const victim = kernel.timer(() => log.push('victim'));
    const other = kernel.timer(() => log.push(`other ${kernel.now}`));
    let left = 3;
    const own = kernel.timer(() => {
      log.push(`own ${kernel.now}`);
      victim.stop();
      if (--left > 0) own.start(10);
      if (left === 1) other.start(5);
    });
    own.start(1);
    victim.start(2);
    kernel.run();
    expect(log).to.deep.equal(['own 1', 'own 11', 'other 16', 'own 21']);
  });

  it('refuses the past, what is no number, and a timer that is pending', () => {
    const kernel = new Kernel();
    const timer = kernel.timer(() => {});
    expect(() => timer.start(-1)).to.throw(RangeError);
    expect(() => timer.start(NaN)).to.throw(RangeError);
    timer.start(1);
    expect(() => timer.start(1)).to.throw(RangeError, 'pending');
  });

  it('stops at a time, after a number of events, and when it is told to', () => {
    const kernel = new Kernel();
    const tick = kernel.timer(() => {
      if (kernel.now === 70) kernel.stop();
      tick.start(10);
    });
    tick.start(10);
    kernel.run(35);
    expect(kernel.now).to.equal(30);
    kernel.run(Infinity, 2);
    expect(kernel.now).to.equal(50);
    kernel.run();
    expect([kernel.now, kernel.fired]).to.deep.equal([70, 7]);
  });

  it('tells a bank which of its timers fired', () => {
    const kernel = new Kernel();
    const fired: number[] = [];
    kernel.timer(() => {});
    const bank = kernel.bank(100, (index) => fired.push(index));
    for (let i = 0; i < 100; i++) bank.start(i, 100 - i);
    bank.stop(50);
    kernel.run();
    expect(fired).to.deep.equal(Array.from({ length: 100 }, (_, i) => 99 - i).filter((i) => i !== 50));
  });

  it('runs processes that wait for times and for gates', () => {
    const kernel = new Kernel();
    const gate = new Gate();
    const log: string[] = [];
    spawn(
      kernel,
      (function* () {
        yield 10;
        log.push(`a ${kernel.now}`);
        yield gate;
        log.push(`a ${kernel.now}`);
      })(),
    );
    spawn(
      kernel,
      (function* () {
        yield 25;
        gate.open();
        log.push(`b ${kernel.now}`);
      })(),
    );
    expect(log).to.deep.equal([]);
    kernel.run();
    expect(log).to.deep.equal(['a 10', 'b 25', 'a 25']);
  });
});
