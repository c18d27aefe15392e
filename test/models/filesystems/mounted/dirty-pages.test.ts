import { expect } from 'chai';
import { DirtyPages } from '../../../../models/filesystems/mounted/dirty-pages.js';
import { Inode, InodeColumns } from '../../../../models/filesystems/mounted/inode-columns.js';
import type { PageColumns } from '../../../../models/filesystems/mounted/page-columns.js';

describe('dirty pages of a file', () => {
  it('come into its order, however many pages memory has', () => {
    const pages = 2 ** 22 + 100;
    const columns = { index: new Int32Array(pages), dirtyNext: new Int32Array(pages), dirtyPrevious: new Int32Array(pages) };
    const inodes = new InodeColumns();
    const dirty = new DirtyPages(columns as unknown as PageColumns, inodes);
    const inode = inodes.use(1);
    const inOrder = [7, 2 ** 22 + 50, 3, 2 ** 22 + 1];
    inOrder.forEach((page, index) => (columns.index[page] = 2 ** 30 + index));
    for (const place of [2, 0, 3, 1]) dirty.add(inode, inOrder[place]!);
    dirty.sort(inode);
    const found: number[] = [];
    for (let page = inodes.get(inode, Inode.FIRST_DIRTY); page !== -1; page = columns.dirtyNext[page]!) found.push(page);
    expect(found).to.deep.equal(inOrder);
    for (const page of inOrder) dirty.remove(inode, page);
    expect(inodes.get(inode, Inode.DIRTY)).to.equal(0);
  });
});
