/** Which model stands for the driver that a truth file was recorded from. */
import type { Bytes } from '../../../sim/units.js';
import { scriptSize, type TruthFile, type TruthSpec } from './truth-file.js';

/** A registered format and its options, for one image of a script. */
export interface Driver {
  readonly model: string;
  readonly options: Readonly<Record<string, unknown>>;
}

/** Why a file has no model yet. */
export interface NoDriver {
  readonly reason: string;
}

export type Era = 'q012' | 'q7' | 'fvd2011' | 'irow2012';

type OptionReader = (value: unknown, where: string) => readonly [string, unknown];

const size =
  (name: string): OptionReader =>
  (value, where) => [name, scriptSize(value, where) satisfies Bytes];
const seconds =
  (name: string): OptionReader =>
  (value) => [name, `${String(value)}s`];
const count =
  (name: string): OptionReader =>
  (value) => [name, value];
const onOff =
  (name: string): OptionReader =>
  (value) => [name, value === 'on' || value === true];

interface Known {
  readonly model: string;
  readonly fixed: Readonly<Record<string, unknown>>;
  /** Options of the script by the driver's own name for them. */
  readonly options: Readonly<Record<string, OptionReader>>;
  /** Options of the script, with the only value that the model stands for. */
  readonly implied?: Readonly<Record<string, string>>;
}

const fvd: Known = {
  model: 'fvd-2011',
  fixed: {},
  options: {
    block_size: size('block'),
    compact_image: onOff('compact'),
    journal_size: size('journal'),
    chunk_size: size('chunk'),
    copy_on_read: onOff('copyOnRead'),
    prefetch_start_delay: seconds('prefetchDelay'),
  },
};

/** By era and format. */
const known: Readonly<Record<Era, Readonly<Record<string, Known>>>> = {
  q012: {
    raw: { model: 'raw', fixed: { release: '0.12' }, options: {} },
    qcow2: { model: 'qcow2-0.12', fixed: {}, options: { cluster_size: size('cluster') } },
    vdi: { model: 'vdi', fixed: { release: '0.12' }, options: {} },
    vmdk: { model: 'vmdk-0.12', fixed: {}, options: {} },
    vpc: { model: 'vpc-0.12', fixed: {}, options: {} },
  },
  q7: {
    raw: { model: 'raw', fixed: { release: '7.2' }, options: {} },
    qcow2: {
      model: 'qcow2-7.2',
      fixed: {},
      options: {
        cluster_size: size('cluster'),
        'l2-cache-size': size('l2Cache'),
        'l2-cache-entry-size': size('l2CacheEntry'),
        'refcount-cache-size': size('refcountCache'),
        lazy_refcounts: onOff('lazyRefcounts'),
      },
    },
    vdi: { model: 'vdi', fixed: { release: '7.2' }, options: {} },
    vmdk: { model: 'vmdk-7.2', fixed: {}, options: {}, implied: { subformat: 'monolithicSparse' } },
    vpc: { model: 'vpc-7.2', fixed: {}, options: {}, implied: { subformat: 'dynamic' } },
    qed: { model: 'qed', fixed: {}, options: { cluster_size: size('cluster'), table_size: count('tableClusters') } },
    parallels: { model: 'parallels', fixed: {}, options: {} },
  },
  fvd2011: { raw: { model: 'raw', fixed: { release: '0.12' }, options: {} }, fvd },
  irow2012: {
    raw: { model: 'raw', fixed: { release: '0.12' }, options: {} },
    irow: { model: 'irow-2012', fixed: {}, options: { cluster_size: size('cluster'), copy_on_demand: onOff('copyOnDemand') } },
  },
};

/** The recorded program, as the file says; by the file's name, e.g. `x.q012.nocache.json`, where it does not. */
export function eraOf({ producer, spec }: TruthFile, file: string): Era | null {
  switch (producer?.era) {
    case 'v0.12':
      return spec.format === 'irow' ? 'irow2012' : 'q012';
    case 'v0.14':
      return 'fvd2011';
    case 'modern':
      return 'q7';
    default:
      return (['q012', 'q7', 'fvd2011', 'irow2012'] as const).find((era) => file.split('.').includes(era)) ?? null;
  }
}

const operations = new Set([
  'write',
  'read',
  'flush',
  'writez',
  'writezu',
  'discard',
  'aiowrites',
  'aioread',
  'awrite',
  'aread',
  'hmp',
  'snap-create',
  'snap-apply',
  'snap-delete',
  'overlay',
  'reopen',
  'checkpoint',
]);

/** The model for images of `format`, or why there is none. Throws InputError at an option that is no size. */
export function driverFor(era: Era, format: string, given: Readonly<Record<string, unknown>>, where: string): Driver | NoDriver {
  const found = known[era][format];
  if (found === undefined) return { reason: `no model of ${format} as of ${era}` };
  const options: Record<string, unknown> = { ...found.fixed };
  for (const [name, value] of Object.entries(given)) {
    if (found.implied !== undefined && found.implied[name] === value) continue;
    const reader = found.options[name];
    if (reader === undefined) return { reason: `no model of the option ${name} of ${format}` };
    const [option, read] = reader(value, `${where}: ${name}`);
    options[option] = read;
  }
  return { model: found.model, options };
}

/** Why a script cannot be replayed, or null. */
export function unknownOperation(spec: TruthSpec): string | null {
  if (spec.mode === 'vm' && spec.format !== 'irow') return `no model of a machine's state in ${spec.format}`;
  const op = spec.ops.find((line) => !operations.has(line.split(' ')[0]!));
  return op === undefined ? null : `no model of the operation "${op}"`;
}
