/**
 * Named mistakes, each put into a model for the time of a test: what checks the models has to find every one of them, and nothing without.
 */
import { expect } from 'chai';
import fc from 'fast-check';
import { checkCrash } from '../../experiments/validate/crash/check.js';
import { PaperImage as FvdImage } from '../../models/formats/fvd/paper-image.js';
import { PaperImage as IrowImage } from '../../models/formats/irow/paper-image.js';
import type { States, StateRecord } from '../../models/formats/irow/states.js';
import { CachedMapping } from '../../models/formats/qcow2/cached-mapping.js';
import { CachedRefcounts } from '../../models/formats/qcow2/cached-refcounts.js';
import { InFlight } from '../../models/formats/qcow2/in-flight.js';
import { Mapping } from '../../models/formats/qcow2/mapping.js';
import { Refcounts } from '../../models/formats/qcow2/refcounts.js';
import type { L1Table } from '../../models/formats/qcow2/tables.js';
import { Next } from '../../models/io/image-format.js';
import type { Plan } from '../../models/io/plan.js';
import { casesOf, runCase } from './format-cases.js';

type Method = (...args: never[]) => unknown;

interface Mutant {
  readonly name: string;
  readonly format: string;
  /** Whose method is replaced, and by what, given the right one. */
  readonly owner: object;
  readonly method: string;
  readonly replace: (right: Method) => Method;
  /** What has to find it: random operations, or the host stopped at every point. Answers what was found, null for nothing. */
  readonly check: (format: string) => string | null;
  /** What is said of it. */
  readonly finding: RegExp;
}

const runs = 60;

/** Random operations with several in flight, as the conformance suite has them. */
function conformance(format: string): string | null {
  const property = fc.property(casesOf(format), (given) => runCase(format, given, false));
  const { failed, errorInstance } = fc.check(property, { numRuns: runs, seed: 1, endOnFailure: true });
  return failed ? String(errorInstance) : null;
}

/** A write, and the host stopped at each point of it, where every write is durable when done. */
function crash(format: string): string | null {
  const { violations } = checkCrash({ format, operation: 'write', cache: 'none', driveCache: 'off' });
  const found = Object.keys(violations);
  return found.length === 0 ? null : found.join(', ');
}

interface MappingParts {
  readonly l1: L1Table;
}

const droppedFlag = (right: Method): Method =>
  function (this: MappingParts, ...args: never[]) {
    right.apply(this, args);
    const [, l1Index, index] = args as unknown as [Plan, number, number];
    this.l1.l2[l1Index]![index]! &= 0x7fffffff;
  };

/** What the snapshots' tables map changes with the live disk. */
const sharedTable = (right: Method): Method =>
  function (this: MappingParts, ...args: never[]) {
    const [, l1Index] = args as unknown as [Plan, number];
    const shared = this.l1.l2[l1Index] ?? null;
    const answer = right.apply(this, args);
    if (shared === null) return answer;
    this.l1.l2[l1Index] = shared;
    return answer === undefined ? answer : shared;
  };

interface FvdParts {
  readonly phase: Uint8Array;
  writeBitmap(r: number, plan: Plan): Next;
}
/** The data is the last thing that such a write waits for. */
const finish = 6;

const mutants: readonly Mutant[] = [
  ...[
    { format: 'qcow2-0.12', owner: Mapping.prototype },
    { format: 'qcow2-7.2', owner: CachedMapping.prototype },
  ].flatMap(({ format, owner }): Mutant[] => [
    {
      name: 'a dropped COPIED flag',
      format,
      owner,
      method: 'link',
      replace: droppedFlag,
      check: conformance,
      finding: /COPIED of cluster/,
    },
    {
      name: 'an L2 table not copied after a snapshot',
      format,
      owner,
      method: 'makeTable',
      replace: sharedTable,
      check: conformance,
      finding: /view|references to cluster|COPIED|role|reference count/,
    },
  ]),
  {
    name: 'a skipped refcount',
    format: 'qcow2-0.12',
    owner: Refcounts.prototype,
    method: 'update',
    replace: (right) =>
      function (this: { isDeferred: boolean }, ...args: never[]) {
        const delta = args[3] as unknown as number;
        if (!(this.isDeferred && delta === 1)) right.apply(this, args);
      },
    check: conformance,
    finding: /references to cluster|reference count of cluster/,
  },
  {
    name: 'a skipped refcount',
    format: 'qcow2-7.2',
    owner: CachedRefcounts.prototype,
    method: 'increase',
    replace: () => () => undefined,
    check: conformance,
    // A discard punches what a snapshot still has.
    finding: /references to cluster|reference count of cluster|view \w+, sector/,
  },
  {
    name: 'allocations in one cluster that do not wait for one another',
    format: 'qcow2-7.2',
    owner: InFlight.prototype,
    method: 'bytesFree',
    replace: () => (_start: number, bytes: number) => bytes,
    check: conformance,
    finding: /sector|references|role/,
  },
  {
    name: 'a bitmap written before its data',
    format: 'fvd-paper',
    owner: FvdImage.prototype,
    method: 'writeData',
    replace: (right) =>
      function (this: FvdParts, ...args: never[]) {
        const [r, plan] = args as unknown as [number, Plan];
        if (this.writeBitmap(r, plan) !== Next.CONTINUE) throw new Error('the bitmap is not written');
        const bitmap = plan.size - 1;
        right.apply(this, args);
        for (let i = bitmap + 1; i < plan.size; i++) plan.after[i] = bitmap;
        this.phase[r] = finish;
        return Next.CONTINUE;
      },
    check: crash,
    finding: /stale or foreign data/,
  },
  {
    name: 'a child not merged when its snapshot is deleted',
    format: 'irow-paper',
    owner: IrowImage.prototype,
    method: 'delete',
    replace: (right) =>
      function (this: { states: States }, ...args: never[]) {
        const { states } = this;
        // Those that are merged are asked for first; then those that get another father.
        states.childrenOf = (): StateRecord[] => {
          Reflect.deleteProperty(states, 'childrenOf');
          return [];
        };
        right.apply(this, args);
      },
    check: conformance,
    finding: /view (live|\w), sector|read of sector|sector \d+, not read/,
  },
];

/** Does `act` while a method is another one. */
function mutated<T>({ owner, method, replace }: Mutant, act: () => T): T {
  const right = Reflect.get(owner, method) as Method;
  Reflect.set(owner, method, replace(right));
  try {
    return act();
  } finally {
    Reflect.set(owner, method, right);
  }
}

describe('mistakes put into the models', function () {
  this.timeout(60_000);

  for (const mutant of mutants) {
    it(`are found: ${mutant.name}, in ${mutant.format}`, () => {
      const found = mutated(mutant, () => mutant.check(mutant.format));
      expect(found).to.match(mutant.finding);
    });
  }

  const checks = new Map(mutants.map(({ format, check }) => [`${format}, ${check.name}`, () => check(format)]));
  for (const [name, check] of checks) it(`are not found where there is none: ${name}`, () => expect(check()).to.equal(null));
});
