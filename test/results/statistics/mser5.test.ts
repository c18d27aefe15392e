import { expect } from 'chai';
import { mser5 } from '../../../results/statistics/index.js';
import { reference } from './reference.js';

describe('MSER-5', () => {
  it('cuts where the definition, evaluated cut by cut, has its least value', () => {
    const { values, answer } = reference.mser;
    const { truncated, mean, statistic, isTooShort } = mser5(values);
    expect(truncated).equals(answer[0]);
    expect(mean).closeTo(answer[1], 1e-9);
    expect(statistic).closeTo(answer[2], 1e-12);
    expect(isTooShort).equals(false);
    expect(mser5(Float64Array.from(values)).truncated).equals(truncated);
  });

  it('cuts nothing of a series that is steady from its start', () => {
    const steady = Array.from({ length: 500 }, (_, i) => 10 + Math.sin(i));
    expect(mser5(steady).truncated).most(25);
    expect(mser5(new Array<number>(60).fill(3))).deep.includes({ truncated: 0, mean: 3, statistic: 0 });
  });

  it('says that a series without a steady state is too short', () => {
    expect(mser5(Array.from({ length: 200 }, (_, i) => i * i)).isTooShort).equals(true);
  });

  it('refuses a handful of values, and what is no number', () => {
    expect(() => mser5(new Array<number>(49).fill(1))).to.throw(RangeError, '49');
    expect(() => mser5([...new Array<number>(60).fill(1), NaN, 1, 1, 1, 1])).to.throw(RangeError, 'observation 60');
  });
});
