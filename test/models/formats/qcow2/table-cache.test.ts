import { expect } from 'chai';
import fc from 'fast-check';
import { CachedFile } from '../../../../models/formats/qcow2/cached-file.js';
import { PieceSlots } from '../../../../models/formats/qcow2/piece-slots.js';
import { TableCache } from '../../../../models/formats/qcow2/table-cache.js';
import { Plan } from '../../../../models/io/plan.js';
import { planText } from '../plans.js';

const bytes = 4096;

function made(capacity: number): { file: CachedFile; cache: TableCache; other: TableCache; plan: Plan } {
  const file = new CachedFile({ role: 'image', name: 'x', bytes: 1000 * bytes });
  file.open('none');
  return { file, cache: new TableCache(file, bytes, capacity), other: new TableCache(file, bytes, 4), plan: new Plan() };
}

const W = (piece: number): string => `W 0 ${piece * bytes}+${bytes}!`;
const R = (piece: number): string => `R 0 ${piece * bytes}+${bytes}!`;
const F = 'F 0 0+0!';

function change(cache: TableCache, plan: Plan, piece: number): void {
  cache.load(plan, piece * bytes);
  cache.markDirty(piece * bytes);
}

describe('write-back cache of tables', () => {
  it('writes the least recently used piece when it needs room, if that has changed', () => {
    const { cache, plan } = made(2);
    change(cache, plan, 1);
    cache.load(plan, 2 * bytes);
    cache.load(plan, 1 * bytes);
    cache.load(plan, 3 * bytes);
    cache.load(plan, 4 * bytes);
    expect(planText(plan)).to.deep.equal([R(1), R(2), R(3), W(1), R(4)]);
    expect([cache.hits, cache.misses]).to.deep.equal([1, 4]);
  });

  it('has what it depends on durable before it writes, and only once', () => {
    const { cache, other, plan } = made(4);
    change(cache, plan, 1);
    change(cache, plan, 2);
    change(other, plan, 9);
    cache.setDependency(plan, other);
    cache.flush(plan.clear());
    expect(planText(plan)).to.deep.equal([W(9), F, W(1), W(2), F]);
    change(cache, plan, 1);
    cache.flush(plan.clear());
    expect(planText(plan)).to.deep.equal([W(1), F]);
  });

  it('resolves a dependency that would go round', () => {
    const { cache, other, plan } = made(4);
    change(cache, plan, 1);
    change(other, plan, 9);
    cache.setDependency(plan, other);
    other.setDependency(plan.clear(), cache);
    expect(planText(plan)).to.deep.equal([W(9), F]);
    cache.setDependency(plan.clear(), other);
    expect(planText(plan)).to.deep.equal([W(1), F]);
  });

  it('waits for data that was written before', () => {
    const { cache, file, plan } = made(4);
    change(cache, plan, 1);
    file.write(plan, 50 * bytes, bytes);
    cache.setDependencyOnData();
    cache.write(plan.clear());
    expect(planText(plan)).to.deep.equal([F, W(1)]);
  });

  it('lets go of pieces whose cluster is free, unwritten', () => {
    const { cache, plan } = made(2);
    change(cache, plan, 1);
    cache.discard(1 * bytes);
    cache.flush(plan.clear());
    expect(planText(plan)).to.deep.equal([]);
    cache.load(plan, 1 * bytes);
    expect(planText(plan)).to.deep.equal([R(1)]);
  });

  it('flushes nothing where nothing was written since', () => {
    const { cache, plan } = made(2);
    cache.flush(plan);
    change(cache, plan, 1);
    cache.flush(plan);
    cache.flush(plan);
    expect(planText(plan)).to.deep.equal([R(1), W(1), F]);
  });
});

describe('slots of a cache', () => {
  it('are found and given up as a plain list would have it', () => {
    const steps = fc.array(fc.record({ place: fc.integer({ min: 1, max: 12 }), isCleared: fc.boolean() }), { maxLength: 80 });
    fc.assert(
      fc.property(steps, fc.integer({ min: 2, max: 5 }), (given, capacity) => {
        const slots = new PieceSlots(capacity, bytes);
        let held: number[] = [];
        for (const { place, isCleared } of given) {
          const slot = slots.find(place * bytes);
          expect(slot >= 0).to.equal(held.includes(place));
          held = held.filter((other) => other !== place);
          if (isCleared) {
            if (slot >= 0) slots.clear(slot);
            continue;
          }
          if (held.length === capacity) expect(slots.placeOf(slots.oldest)).to.equal(held.shift()! * bytes);
          const taken = slot >= 0 ? slot : slots.oldest;
          if (slot < 0) slots.put(taken, place * bytes);
          slots.touch(taken);
          held.push(place);
        }
      }),
    );
  });
});
