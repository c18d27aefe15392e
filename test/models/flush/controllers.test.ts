import { expect } from 'chai';
import fc from 'fast-check';
import type { FlushView } from '../../../models/flush/flush-controller.js';
import { flushControllers } from '../../../models/flush/index.js';
import { InputError } from '../../../sim/errors.js';
import { millisecond, second } from '../../../sim/units.js';

const quiet: FlushView = {
  elapsed: second,
  sliceBytes: 1e6,
  flushTime: 2 * millisecond,
  guestSectors: 0,
  interval: 10 * millisecond,
  diskUtilization: 0.5,
  guestLatency: 0,
  remaining: 100e6,
};
const pause = (name: string, view: Partial<FlushView>, options: Readonly<Record<string, unknown>> = {}): number =>
  flushControllers
    .get(name, 'test')
    .make(options, 'test')
    .pause({ ...quiet, ...view });

/** A guest's rate in bytes a second, as sectors of the view's interval. */
const atRate = (rate: number): Partial<FlushView> => ({ guestSectors: (rate * quiet.interval) / second / 512 });

describe('flush-speed controllers', () => {
  for (const [name, model] of flushControllers) {
    it(`answer a time that is not negative, whatever they see: ${name}`, () => {
      const anyView = fc.record({
        elapsed: fc.integer({ min: 0, max: 100 * second }),
        sliceBytes: fc.integer({ min: 1, max: 10_000_000 }),
        flushTime: fc.integer({ min: 0, max: second }),
        guestSectors: fc.integer({ min: 0, max: 1_000_000 }),
        interval: fc.integer({ min: 0, max: second }),
        diskUtilization: fc.double({ min: 0, max: 1, noNaN: true }),
        guestLatency: fc.integer({ min: 0, max: second }),
        remaining: fc.integer({ min: 0, max: 1_000_000_000 }),
      });
      fc.assert(
        fc.property(fc.array(anyView, { minLength: 1, maxLength: 20 }), (views) => {
          const controller = model.make({}, 'test');
          controller.begin();
          for (const view of views) expect(controller.pause(view)).to.be.at.least(0);
        }),
      );
    });
  }

  it('adaptive: keep the flush rate below what the guest leaves of the bandwidth', () => {
    for (const rate of [0, 10e6, 30e6, 59e6 - 1e3]) {
      const total = pause('adaptive', atRate(rate)) + quiet.flushTime;
      expect((quiet.sliceBytes / total) * second).to.be.closeTo(60e6 - rate, 1);
    }
    expect(pause('adaptive', { flushTime: second }), 'a flush that took long enough needs no pause').to.equal(0);
  });

  it('adaptive: never below its least rate, where the literal one has a pole and then turns round', () => {
    expect(pause('adaptive', atRate(60e6))).to.be.closeTo(second - quiet.flushTime, 1);
    expect(pause('adaptive', atRate(90e6))).to.be.closeTo(second - quiet.flushTime, 1);
    expect(pause('adaptive-literal', { guestSectors: 60e6 / 512, interval: second })).to.equal(Infinity);
    expect(pause('adaptive-literal', atRate(90e6))).to.equal(0);
    expect(pause('adaptive-literal', atRate(30e6))).to.equal(pause('adaptive', atRate(30e6)));
  });

  it('aimd: double the pause and more where the latency is too high, and come back step by step', () => {
    const controller = flushControllers.get('aimd', 'test').make({ start: '20MB/s', target: '10ms' }, 'test');
    controller.begin();
    const slow = controller.pause({ ...quiet, guestLatency: 50 * millisecond });
    const rates = Array.from({ length: 10 }, () => controller.pause({ ...quiet, guestLatency: millisecond }));
    expect(slow + quiet.flushTime).to.be.closeTo(100 * millisecond, 1);
    for (let i = 1; i < rates.length; i++) expect(rates[i]!).to.be.below(rates[i - 1]!);
  });

  it('pid: faster on an idle disk, slower on a busy one, and steady at the target in the end', () => {
    expect(pause('pid', { diskUtilization: 1 })).to.be.greaterThan(pause('pid', { diskUtilization: 0.1 }));
    // A disk whose utilization is the flush rate over 100 MB/s.
    const controller = flushControllers.get('pid', 'test').make({ target: 50 }, 'test');
    controller.begin();
    let utilization = 0;
    for (let i = 0; i < 200; i++) {
      const total = controller.pause({ ...quiet, diskUtilization: utilization }) + quiet.flushTime;
      utilization = Math.min(1, ((quiet.sliceBytes / total) * second) / 100e6);
    }
    expect(utilization).to.be.closeTo(0.5, 0.02);
  });

  it('deadline: spread what remains over the time that remains', () => {
    const view = { elapsed: 20 * second, remaining: 99e6 };
    expect(pause('deadline', view, { deadline: '30s' })).to.equal(100 * millisecond - quiet.flushTime);
    expect(pause('deadline', { elapsed: 31 * second }, { deadline: '30s' })).to.equal(0);
  });

  it('refuse what is no option', () => {
    expect(() => flushControllers.get('fixed', 'test').make({ puase: '5ms' }, 'test')).to.throw(InputError, 'did you mean pause?');
  });
});
