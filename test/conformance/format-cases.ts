/**
 * Random operations for the conformance suite: on disks of any size, in every cache mode, alone and with several in flight, over nothing or
 * over other images. A case is carried out by the runner, which checks as it goes. It knows no format but by its registration.
 */
import fc from 'fast-check';
import { Qcow2Base } from '../../models/formats/qcow2/base-image.js';
import { formats } from '../../models/formats/index.js';
import { Op, type CacheMode, type ImageFormat } from '../../models/io/image-format.js';
import { InputError } from '../../sim/errors.js';
import { defaults, readOptions, type Option } from '../../sim/options.js';
import { MiB } from '../../sim/units.js';
import { FormatRunner, type DataOp } from './format-runner.js';
import { HostStore, sector } from './host-store.js';
import { checkTables } from './qcow2-invariants.js';

/** Every view is compared after so many control operations, and at the end. */
const controlsPerCheck = 16;
const slots = 6;
const names = ['a', 'b', 'c'];

/** Values of an option that are worth trying on a small disk. */
function valuesOf(option: Option): fc.Arbitrary<unknown> {
  switch (option.kind) {
    case 'switch':
      return fc.boolean();
    case 'choice':
      return fc.constantFrom(...option.choices);
    case 'size': {
      const sizes = [512, 1024, 4096, 65536, option.default].filter(
        (size) => size >= (option.min ?? 0) && size <= (option.max ?? Infinity),
      );
      return fc.constantFrom(...sizes, option.default);
    }
    case 'time':
      return fc.constantFrom(`${option.default}ns`, '3ms');
    case 'rate':
      return fc.constantFrom(`${option.default}B/s`, '64KiB/s');
    default:
      return option.default === 0 ? fc.constantFrom(0, 1, 8) : fc.constant(option.default);
  }
}

type Act =
  | { readonly kind: 'data'; readonly op: DataOp; readonly at: number; readonly length: number }
  | { readonly kind: 'control'; readonly op: Op; readonly name: string };

/** Places are fractions of the disk, lengths skewed to short ones. */
const dataAct: fc.Arbitrary<Act> = fc.record({
  kind: fc.constant('data' as const),
  op: fc.oneof(
    { weight: 7, arbitrary: fc.constantFrom<DataOp>(Op.READ, Op.WRITE, Op.WRITE) },
    { weight: 2, arbitrary: fc.constantFrom<DataOp>(Op.WRITE_ZEROES, Op.WRITE_ZEROES_UNMAP, Op.DISCARD) },
  ),
  at: fc.nat(4095),
  length: fc.oneof(fc.integer({ min: 1, max: 16 }), fc.integer({ min: 1, max: 400 })),
});
const controlAct = (ops: readonly Op[]): fc.Arbitrary<Act> =>
  fc.record({ kind: fc.constant('control' as const), op: fc.constantFrom(...ops), name: fc.constantFrom(...names) });

export interface Case {
  readonly options: Readonly<Record<string, unknown>>;
  readonly sectors: number;
  readonly cache: CacheMode;
  /** What lies below: nothing, a raw image of a share of the disk's size, or an overlay of the format itself over one. */
  readonly below: 'nothing' | 'raw' | 'chain';
  readonly belowSectors: number;
  readonly acts: readonly Act[];
  readonly choices: readonly number[];
}

/** Values of all options that the format takes together: some refuse one beside another. */
function optionsOf(name: string): fc.Arbitrary<Readonly<Record<string, unknown>>> {
  const model = formats.get(name, 'test');
  const isTaken = (given: Readonly<Record<string, unknown>>): boolean => {
    try {
      model.make({ diskBytes: MiB, cache: 'none', slots, backing: null }, readOptions(model.options, given, name));
      return true;
    } catch (error) {
      if (error instanceof InputError) return false;
      throw error;
    }
  };
  return fc
    .record(Object.fromEntries(Object.entries(model.options).map(([option, declared]) => [option, valuesOf(declared)])))
    .filter(isTaken);
}

/** Disks are small, and now and then as large as a few of the largest units that formats allocate. */
export function casesOf(name: string): fc.Arbitrary<Case> {
  const model = formats.get(name, 'test');
  const controls = [Op.FLUSH, Op.CLOSE, ...(model.hasSnapshots ? [Op.SNAPSHOT, Op.SNAPSHOT, Op.APPLY, Op.DELETE] : [])];
  return fc.record({
    options: optionsOf(name),
    sectors: fc.oneof(
      { weight: 15, arbitrary: fc.integer({ min: 1, max: 1500 }) },
      { weight: 1, arbitrary: fc.integer({ min: 1500, max: 12000 }) },
    ),
    cache: fc.constantFrom<CacheMode>('none', 'writethrough', 'writeback'),
    below: model.hasBacking ? fc.constantFrom('nothing' as const, 'raw' as const, 'chain' as const) : fc.constant('nothing' as const),
    belowSectors: fc.integer({ min: 1, max: 2000 }),
    acts: fc.array(fc.oneof({ weight: 3, arbitrary: dataAct }, { weight: 1, arbitrary: controlAct(controls) }), {
      minLength: 20,
      maxLength: 110,
      size: 'max',
    }),
    choices: fc.array(fc.nat(1000), { minLength: 1, maxLength: 20 }),
  });
}

/** The image of a case on a host whose backing file is marked; answers a runner that knows what the disk holds from the start. */
function setUp(name: string, given: Case): FormatRunner {
  const model = formats.get(name, 'test');
  const host = new HostStore();
  const isMarked = new Uint8Array(given.belowSectors);
  for (let i = 0; i < given.belowSectors; i += 1 + (i % 5)) isMarked[i] = 1;
  const backingIsZero = (offset: number, bytes: number): boolean =>
    !isMarked.subarray(offset / sector, (offset + bytes) / sector).includes(1);
  const profile = [{ offset: 70 * sector, bytes: 9 * sector }];
  const base = { cache: given.cache, slots, backingIsZero, profile };
  const make = (diskBytes: number, backing: ImageFormat | null, image: string): ImageFormat =>
    model.make({ ...base, diskBytes, backing, name: image }, readOptions(model.options, given.options, name));
  let backing: ImageFormat | null = null;
  if (given.below !== 'nothing') {
    const raw = formats
      .get('raw', 'test')
      .make({ ...base, diskBytes: given.belowSectors * sector, backing: null, name: 'base' }, defaults(formats.get('raw', 'test').options));
    backing = given.below === 'raw' ? raw : make(given.belowSectors * sector, raw, 'img0');
  }
  const format = make(given.sectors * sector, backing, 'img1');
  let turn = 0;
  const runner = new FormatRunner(format, slots, host, (below) => given.choices[turn++ % given.choices.length]! % below);
  if (backing !== null) {
    const file = format.files.length - 1;
    for (let i = 0; i < given.belowSectors; i++) {
      if (isMarked[i] === 0) continue;
      host.set(file, i * sector, 1_000_000 + i);
      if (i < given.sectors) runner.reference.marks[i] = 1_000_000 + i;
    }
  }
  return runner;
}

/** A name that is taken is deleted instead of taken again; one that is free is taken instead of applied or deleted. */
function act(runner: FormatRunner, given: Case, step: Act): void {
  if (step.kind === 'data') {
    const first = Math.floor((step.at / 4096) * given.sectors);
    const length = Math.min(step.length, given.sectors - first);
    runner.data(step.op, first * sector, length * sector);
    return;
  }
  const isKept = runner.reference.snapshots.has(step.name);
  if (step.op === Op.SNAPSHOT && isKept) runner.alone(Op.DELETE, step.name);
  else if ((step.op === Op.APPLY || step.op === Op.DELETE) && !isKept) runner.alone(Op.SNAPSHOT, step.name);
  else runner.alone(step.op, step.name);
  if (step.op === Op.CLOSE) runner.alone(Op.OPEN);
}

/** Carries a case out, each request alone or several in flight. Throws where the image does not do what a disk does. */
export function runCase(name: string, given: Case, alone: boolean): void {
  const runner = setUp(name, given);
  runner.alone(Op.CREATE);
  runner.alone(Op.OPEN);
  let controls = 0;
  for (const step of given.acts) {
    act(runner, given, step);
    if (alone) runner.settle();
    if (step.kind === 'control' && ++controls % controlsPerCheck === 0) checkAll(runner);
  }
  checkAll(runner);
}

function checkAll(runner: FormatRunner): void {
  runner.settle();
  runner.checkViews();
  if (runner.format instanceof Qcow2Base) checkTables(runner.format.inspect());
}
