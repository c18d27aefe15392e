import { expect } from 'chai';
import { ZeroUnits } from '../../../models/formats/zero-units.js';

describe('zeros by unit', () => {
  it('tells where they are and how far they go, to the end of what is asked', () => {
    const zeros = new ZeroUnits(4096, 8);
    zeros.put(2, 3, true);
    expect(zeros.has(5 * 4096)).to.equal(false);
    zeros.put(4, 1, false);
    expect([0, 8191, 8192, 16383, 16384].map((offset) => zeros.has(offset))).to.deep.equal([false, false, true, true, false]);
    expect([zeros.run(0, 32768), zeros.run(8704, 32768 - 8704), zeros.run(8704, 512), zeros.run(16384, 16384)]).to.deep.equal([
      8192, 7680, 512, 16384,
    ]);
    zeros.clear();
    expect(zeros.run(512, 32256)).to.equal(32256);
  });
});
