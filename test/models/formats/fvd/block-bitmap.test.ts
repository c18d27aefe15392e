import { expect } from 'chai';
import fc from 'fast-check';
import { BlockBitmap } from '../../../../models/formats/fvd/block-bitmap.js';

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
});
