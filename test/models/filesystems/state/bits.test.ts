import { expect } from 'chai';
import fc from 'fast-check';
import { clearRange, countSet, isSet, nextClear, nextClearByte, nextSet, setRange } from '../../../../models/filesystems/state/bits.js';

describe('bits', () => {
  it('ranges, counts and searches are those of a plain list', () => {
    const range = fc.record({ set: fc.boolean(), from: fc.integer({ min: 0, max: 255 }), bits: fc.integer({ min: 1, max: 100 }) });
    fc.assert(
      fc.property(
        fc.array(range, { maxLength: 12 }),
        fc.integer({ min: 0, max: 255 }),
        fc.integer({ min: 0, max: 256 }),
        (ranges, from, to) => {
          const words = new Uint32Array(8);
          const plain = Array.from({ length: 256 }, () => false);
          for (const { set, from: first, bits } of ranges) {
            const count = Math.min(bits, 256 - first);
            (set ? setRange : clearRange)(words, first, count);
            plain.fill(set, first, first + count);
          }
          const find = (wanted: boolean): number => plain.findIndex((bit, i) => i >= from && i < to && bit === wanted);
          expect(plain.map((_, i) => isSet(words, i))).to.deep.equal(plain);
          expect(nextSet(words, from, to)).to.equal(find(true));
          expect(nextClear(words, from, to)).to.equal(find(false));
          expect(countSet(words, to)).to.equal(plain.slice(0, to).filter(Boolean).length);
          const byte = plain.findIndex((_, i) => i % 8 === 0 && i >= from && i + 8 <= to && !plain.slice(i, i + 8).includes(true));
          expect(nextClearByte(words, from, to)).to.equal(byte);
        },
      ),
      { numRuns: 500 },
    );
  });
});
