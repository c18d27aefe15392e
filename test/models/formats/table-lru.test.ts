import { expect } from 'chai';
import { TableLru } from '../../../models/formats/table-lru.js';

describe('tables in memory, the least recently used one goes', () => {
  it('drops the table that was not used for the longest time', () => {
    const tables = new TableLru(2);
    expect([tables.use(1), tables.use(2), tables.use(1), tables.use(3)]).to.deep.equal([false, false, true, false]);
    expect(tables.use(1)).to.equal(true);
    expect(tables.use(2)).to.equal(false);
    expect([tables.hits, tables.misses]).to.deep.equal([2, 4]);
  });

  it('holds nothing after it was emptied', () => {
    const tables = new TableLru(2);
    tables.use(0);
    tables.empty();
    expect(tables.use(0)).to.equal(false);
  });
});
