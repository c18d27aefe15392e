import { expect } from 'chai';
import { sentAfterRead } from '../../../../models/devices/hdd/link.js';
import { Mechanics } from '../../../../models/devices/hdd/mechanics.js';
import { millisecond } from '../../../../sim/units.js';
import { exampleDrive } from '../example-drive.js';

const sector = 0.1 * millisecond;
const link = (timePerSector: number, readWatermark: number) => ({ timePerSector, readWatermark });

describe('the link of a drive', () => {
  const read = (block: number, sectors: number): { mechanics: Mechanics; passed: number } => {
    const mechanics = new Mechanics(exampleDrive);
    return { mechanics, passed: mechanics.access(0, block, sectors, false) };
  };

  it('sends one more sector after the last has passed, where it is faster than the media', () => {
    const { mechanics, passed } = read(10, 20);
    expect(sentAfterRead(mechanics, link(0.01 * millisecond, 0), 20)).to.be.closeTo(passed + 0.01 * millisecond, 1e-3);
  });

  it('sends from the first sector on without a gap, where it is slower', () => {
    const { mechanics } = read(10, 20);
    expect(sentAfterRead(mechanics, link(0.3 * millisecond, 0), 20)).to.be.closeTo(11 * sector + 20 * 0.3 * millisecond, 1e-3);
  });

  it('waits for the watermark', () => {
    const { mechanics, passed } = read(10, 20);
    expect(sentAfterRead(mechanics, link(0.01 * millisecond, 1), 20)).to.be.closeTo(passed + 20 * 0.01 * millisecond, 1e-3);
    expect(sentAfterRead(mechanics, link(0.3 * millisecond, 0.5), 20)).to.be.closeTo(20 * sector + 20 * 0.3 * millisecond, 1e-3);
  });

  it('runs dry while the head changes tracks', () => {
    const { mechanics, passed } = read(98, 12);
    // Two sectors, the skew of twelve, ten more: the link has sent the two before the ten come.
    expect(passed).to.be.closeTo((98 + 2 + 12 + 10) * sector, 1e-3);
    expect(sentAfterRead(mechanics, link(0.2 * millisecond, 0), 12)).to.be.closeTo(113 * sector + 10 * 0.2 * millisecond, 1e-3);
  });

  it('lets a write pass only when its data cannot run out', () => {
    const mechanics = new Mechanics(exampleDrive);
    // 20 sectors at half the pace of the media: the first passes after one has come and a lead of 19 x 0.1 ms.
    const end = mechanics.access(0, 10, 20, true, 0, 0.2 * millisecond);
    expect(end).to.be.closeTo((100 + 30) * sector, 1e-3);
    const enough = new Mechanics(exampleDrive).access(0, 25, 20, true, 0, 0.2 * millisecond);
    expect(enough).to.be.closeTo(45 * sector, 1e-3);
  });
});
