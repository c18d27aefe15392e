import { expect } from 'chai';
import fc from 'fast-check';
import { CloneTree } from '../../../models/snapshots/clone-tree.js';

describe('tree of clones', () => {
  it('only marks a machine that has clones, and lets it go with the last of them', () => {
    const tree = new CloneTree();
    tree.add('vm1', null);
    tree.add('vm2', 'vm1');
    tree.add('vm3', 'vm1');
    expect(tree.delete('vm1')).to.deep.equal([]);
    expect(tree.isDeleted('vm1')).to.equal(true);
    expect(tree.delete('vm2')).to.deep.equal(['vm2']);
    expect(tree.delete('vm3')).to.deep.equal(['vm3', 'vm1']);
    expect(tree.kept).to.deep.equal([]);
  });

  it('goes up as far as machines are deleted and have no other clone', () => {
    const tree = new CloneTree();
    ['a', 'b', 'c', 'd'].forEach((name, i, all) => tree.add(name, i === 0 ? null : all[i - 1]!));
    tree.delete('b');
    tree.delete('c');
    expect(tree.delete('d')).to.deep.equal(['d', 'c', 'b']);
    expect(tree.kept).to.deep.equal(['a']);
  });

  it('refuses to delete twice', () => {
    const tree = new CloneTree();
    tree.add('a', null);
    tree.add('b', 'a');
    tree.delete('a');
    expect(() => tree.delete('a')).to.throw('a deleted machine');
  });

  it('keeps exactly what lives and what the living descend from', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(1000), { maxLength: 12 }), fc.array(fc.nat(1000), { maxLength: 20 }), (parents, deletions) => {
        const tree = new CloneTree();
        const parentOf = parents.map((choice, i) => (i === 0 ? -1 : (choice % (i + 1)) - 1));
        parentOf.forEach((parent, i) => tree.add(`${i}`, parent === -1 ? null : `${parent}`));
        const living = new Set(parentOf.keys());
        for (const choice of deletions) {
          const doomed = [...living][choice % Math.max(1, living.size)];
          if (doomed === undefined) break;
          living.delete(doomed);
          tree.delete(`${doomed}`);
          const needed = new Set<number>();
          for (const machine of living) for (let i = machine; i !== -1; i = parentOf[i]!) needed.add(i);
          expect(tree.kept.map(Number).sort((a, b) => a - b)).to.deep.equal([...needed].sort((a, b) => a - b));
        }
      }),
    );
  });
});
