import { expect } from 'chai';
import { TableLfu } from '../../../models/formats/table-lfu.js';

const visit = (cache: TableLfu, table: number): boolean => {
  const isHit = cache.use(table);
  if (!isHit) cache.add(table);
  return isHit;
};

describe('tables in memory, the least frequently used one goes', () => {
  it('hits 15 of 24 tables that are walked a second time', () => {
    const cache = new TableLfu(16);
    for (let i = 1; i <= 24; i++) visit(cache, i);
    let hits = 0;
    for (let i = 1; i <= 24; i++) if (visit(cache, i)) hits += 1;
    expect(hits).to.equal(15);
  });

  it('gives up the least frequently used table, not the least recently used one', () => {
    const cache = new TableLfu(16);
    for (let i = 1; i <= 16; i++) visit(cache, i);
    for (let i = 1; i <= 16; i++) if (i !== 7) visit(cache, i);
    visit(cache, 7);
    visit(cache, 7);
    visit(cache, 99);
    expect(cache.use(7)).to.equal(true);
    expect(cache.use(1), 'the first of those that were used twice').to.equal(false);
  });

  it('holds nothing after it is emptied', () => {
    const cache = new TableLfu(16);
    visit(cache, 5);
    cache.empty();
    expect(cache.use(5)).to.equal(false);
  });
});
