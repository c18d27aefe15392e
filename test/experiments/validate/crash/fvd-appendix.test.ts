/** Appendix 1 of the FVD paper, case by case: the host stops after each step of a write of two blocks, whose bits lie in two sectors. */
import { expect } from 'chai';
import { appendix, newNew, oldOld, outcomes, scenes } from '../../../../experiments/validate/crash/fvd-appendix.js';
import { sectorBytes } from '../../../../sim/units.js';

const table = appendix.map(([, , outcome]) => outcome);
const copied = 'bytes copied in the background';

describe('Appendix 1 of the FVD paper', () => {
  const [fvd, asRaw] = [outcomes(scenes.fvd()), outcomes(scenes.raw())];

  appendix.forEach(([name, after, outcome, rawName], i) => {
    it(`${name}, ${after}: ${outcome.join(' and ')}, as after ${rawName}`, () => {
      expect(fvd[i]).to.deep.equal(outcome);
      expect(asRaw[['RAW:W1', 'RAW:W2', 'RAW:W3', 'RAW:W4'].indexOf(rawName)]).to.deep.equal(outcome);
    });
  });

  it('has no other step', () => {
    expect(fvd).to.have.length(appendix.length);
    expect(asRaw).to.have.length(4);
  });

  it('holds without the bitmap in memory', () => {
    expect(outcomes(scenes['bitmap on disk only']())).to.deep.equal(table);
  });

  it('holds for blocks that copy-on-read has saved', () => {
    const scene = scenes['copy-on-read']();
    expect(outcomes(scene)).to.deep.equal(table);
    expect(scene.image.counters()[copied]).to.equal(2 * sectorBytes);
  });

  it('holds for blocks that were prefetched', () => {
    const scene = scenes.prefetching();
    expect(outcomes(scene)).to.deep.equal(table);
    expect(scene.image.counters()[copied]).to.equal(2 * sectorBytes);
  });

  it('leaves a disk as raw where no bits are written: without backing, and once prefetching has finished', () => {
    expect(outcomes(scenes['no backing']())).to.deep.equal(asRaw);
    expect(outcomes(scenes['prefetching finished']())).to.deep.equal(asRaw);
  });

  it('leaves a disk as raw where the backing image holds zeros', () => {
    expect(outcomes(scenes['zero-filled']())).to.deep.equal(asRaw);
  });

  it('is the published driver of 2011 too, with both bits in one sector of its journal', () => {
    expect(outcomes(scenes['driver of 2011']())).to.deep.equal([oldOld, oldOld, oldOld, newNew, newNew]);
  });
});
