import { expect } from 'chai';
import fc from 'fast-check';
import { expectConserved, expectWithin, Residents } from '../../../models/io/conservation.js';

describe('residents', () => {
  it('stay as long as their number says, whatever comes and goes', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(1000), fc.boolean()), { maxLength: 200 }), (steps) => {
        const residents = new Residents();
        const inside: number[] = [];
        let now = 0;
        let stays = 0;
        for (const [gap, comes] of steps) {
          now += gap;
          if (comes || inside.length === 0) {
            inside.push(now);
            residents.enter(now);
          } else {
            stays += now - inside.splice(gap % inside.length, 1)[0]!;
            residents.leave(now);
          }
        }
        now += 10;
        residents.check('people', now, inside.length, stays, inside.length);
        for (const entered of inside) stays += now - entered;
        residents.check('people', now, inside.length, stays);
        expect(() => residents.check('people', now, inside.length, stays + 1)).to.throw('sum of their sojourn times');
      }),
    );
  });

  /** One was inside from 100 to 200, another is since 150. */
  const withOne = (): Residents => {
    const residents = new Residents();
    residents.enter(100);
    residents.enter(150);
    residents.leave(200);
    return residents;
  };

  it('are noticed when one leaves twice, or never', () => {
    const residents = withOne();
    residents.check('people', 400, 1, 350);
    expect(() => residents.check('people', 400, 0, 100)).to.throw('integral of the number of people');
    residents.leave(300);
    residents.check('people', 400, 0, 250);
    residents.leave(300);
    expect(() => residents.check('people', 400, 0, 250)).to.throw('integral of the number of people');
  });

  it('are within bounds where it is not told how long some of them have been there', () => {
    const residents = withOne();
    residents.check('people', 400, 1, 100, 1);
    expect(() => residents.check('people', 400, 1, 800, 1)).to.throw('integral');
    expect(() => residents.check('people', 400, 2, 100, 1)).to.throw('integral');
  });
});

describe('accounts', () => {
  it('agree up to rounding', () => {
    expectConserved('things', 1e15, 1e15 + 100);
    expectConserved('things', 5, 6, 1);
    expect(() => expectConserved('things', 1000, 1001)).to.throw('not conserved: things are 1000 and 1001');
    expect(() => expectConserved('things', NaN, NaN)).to.throw('not conserved');
  });

  it('hold parts that are no larger than the whole', () => {
    expectWithin('parts', 5, 5);
    expect(() => expectWithin('parts', 6, 5)).to.throw('more than 5');
  });
});
