import { expect } from 'chai';
import { Generations, Grace } from '../../../../models/formats/zfs/grace.js';
import { SharedPlaces } from '../../../../models/formats/shared-places.js';

describe('freed places of ZFS', () => {
  it('are taken again only after requests that were in flight have ended', () => {
    let end = 0;
    const places = new SharedPlaces(() => end++);
    const grace = new Grace(places);
    const generations = new Generations(2);
    const commit = (): void => {
      grace.beginCommit();
      grace.endCommit(generations.next());
    };
    const freed = places.take();
    generations.enter(0);
    grace.unrefer(freed);
    for (let i = 0; i < 4; i++) commit();
    expect(places.take(), 'while a request may read it').to.not.equal(freed);
    generations.leave(0);
    commit();
    commit();
    expect(places.take()).to.equal(freed);
  });

  it('are not taken again before the group that freed them is on disk', () => {
    let end = 0;
    const places = new SharedPlaces(() => end++);
    const grace = new Grace(places);
    const freed = places.take();
    grace.beginCommit();
    grace.unrefer(freed);
    grace.endCommit(true);
    grace.endCommit(true);
    expect(places.take()).to.not.equal(freed);
  });
});
