import { expect } from 'chai';
import fc from 'fast-check';
import { PageBits } from '../../../../models/guests/memory/page-bits.js';

const pagesOf = (bits: PageBits): number[] => {
  const found: number[] = [];
  for (let page = bits.next(0); page < bits.pages; page = bits.next(page + 1)) found.push(page);
  return found;
};

describe('a bit a page', () => {
  it('is a set of pages that knows its size, in order', () => {
    const anyAct = fc.record({ act: fc.constantFrom('add', 'delete', 'fill', 'clear', 'addAll'), page: fc.nat(199) });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 200 }), fc.array(anyAct, { maxLength: 60 }), (pages, acts) => {
        const bits = new PageBits(pages);
        const other = new PageBits(pages);
        const plain = new Set<number>();
        for (const { act, page: any } of acts) {
          const page = any % pages;
          if (act === 'add') expect(bits.add(page)).to.equal(!plain.has(page) && plain.add(page).has(page));
          else if (act === 'delete') expect(bits.delete(page)).to.equal(plain.delete(page));
          else if (act === 'clear') {
            bits.clear();
            plain.clear();
          } else if (act === 'fill') {
            bits.fill();
            for (let i = 0; i < pages; i++) plain.add(i);
          } else {
            other.clear();
            for (let i = page; i < pages; i += 7) other.add(i);
            const before = plain.size;
            for (let i = page; i < pages; i += 7) plain.add(i);
            expect(bits.addAll(other)).to.equal(plain.size - before);
          }
          expect(bits.count).to.equal(plain.size);
        }
        expect(pagesOf(bits)).to.deep.equal([...plain].sort((a, b) => a - b));
        other.copyFrom(bits);
        expect(pagesOf(other)).to.deep.equal(pagesOf(bits));
      }),
    );
  });
});
