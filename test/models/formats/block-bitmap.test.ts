import { expect } from 'chai';
import fc from 'fast-check';
import { BlockBitmap } from '../../../models/formats/block-bitmap.js';
import { GiB, MiB, sectorBytes } from '../../../sim/units.js';

const TiB = 1024 * GiB;

describe('block bitmap', () => {
  it('answers as a plain list of blocks would', () => {
    const blockBytes = 10;
    const tracked = 95;
    fc.assert(
      fc.property(fc.array(fc.nat(120)), fc.nat(119), fc.integer({ min: 1, max: 80 }), (set, offset, bytes) => {
        const bitmap = new BlockBitmap(blockBytes, tracked);
        for (const block of set) bitmap.set(block);
        const isSet = (place: number): boolean => place >= 100 || set.includes(Math.floor(place / blockBytes));
        const places = Array.from({ length: bytes }, (_, i) => offset + i);
        const clear = places.filter((place) => !isSet(place)).map((place) => Math.floor(place / blockBytes));
        expect(bitmap.firstClear(offset, bytes)).to.equal(clear[0] ?? -1);
        expect(bitmap.lastClear(offset, bytes)).to.equal(clear[clear.length - 1] ?? -1);
        const change = places.findIndex((place) => isSet(place) !== isSet(offset));
        expect(bitmap.run(offset, bytes)).to.equal(change === -1 ? bytes : change);
      }),
    );
  });

  it('does so where ranges fill it up, and after its bits were cleared or taken over', () => {
    const blocks = 5000;
    const range = fc.record({ first: fc.nat(blocks + 50), length: fc.integer({ min: 1, max: 1500 }) });
    fc.assert(
      fc.property(
        fc.array(range, { maxLength: 12 }),
        fc.array(range, { maxLength: 4 }),
        range,
        fc.boolean(),
        (early, late, asked, isCopy) => {
          const before = new BlockBitmap(1, blocks);
          for (const { first, length } of early) before.setRange(first, length);
          if (!isCopy) before.clear();
          const bitmap = isCopy ? new BlockBitmap(1, blocks) : before;
          if (isCopy) bitmap.assign(before);
          for (const { first, length } of late) bitmap.setRange(first, length);
          const ranges = isCopy ? [...early, ...late] : late;
          const isSet = (block: number): boolean =>
            block >= blocks || ranges.some(({ first, length }) => block >= first && block < first + length);
          const places = Array.from({ length: asked.length }, (_, i) => asked.first + i);
          const clear = places.filter((place) => !isSet(place));
          expect(bitmap.firstClear(asked.first, asked.length)).to.equal(clear[0] ?? -1);
          expect(bitmap.lastClear(asked.first, asked.length)).to.equal(clear[clear.length - 1] ?? -1);
          const change = places.findIndex((place) => isSet(place) !== isSet(asked.first));
          expect(bitmap.run(asked.first, asked.length)).to.equal(change === -1 ? asked.length : change);
        },
      ),
    );
  });

  it('needs memory only where some bits of a stretch are set and others are not', () => {
    const bitmap = new BlockBitmap(sectorBytes, TiB);
    const before = process.memoryUsage().arrayBuffers;
    for (let at = 0; at < TiB / 10; at += MiB) bitmap.setRange(at, MiB);
    bitmap.setRange(TiB / 2, sectorBytes);
    expect(process.memoryUsage().arrayBuffers - before).to.be.below(MiB);
    expect(bitmap.run(0, TiB)).to.equal(Math.ceil(TiB / 10 / MiB) * MiB);
    expect(bitmap.firstClear(TiB / 2, 2 * sectorBytes)).to.equal(TiB / 2 / sectorBytes + 1);
  });
});
