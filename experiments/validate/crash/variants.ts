/** The formats whose recovery is modelled, with the options and operations that a crash is tried with; and what has no model. */
import { formats } from '../../../models/formats/index.js';
import type { FormatContext, ImageFormat } from '../../../models/io/image-format.js';
import { readOptions } from '../../../sim/options.js';
import { formatBytes, KiB, MiB, type Bytes } from '../../../sim/units.js';
import { recoverCow, recoverRaw } from './flat-recovery.js';
import { recoverFvd2011 } from './fvd-2011-recovery.js';
import { recoverFvdPaper } from './fvd-paper-recovery.js';
import { recoverParallels, recoverVdi, recoverVmdk012, recoverVmdk72, recoverVpc } from './growing-recovery.js';
import { recoverIrow } from './irow-recovery.js';
import { commonOperations, snapshotOperations, type OperationName } from './operations.js';
import { recoverOcfs2 } from './ocfs2-recovery.js';
import { recoverQcow2 } from './qcow2-recovery.js';
import { recoverQed } from './qed-recovery.js';
import type { MakeRecovery } from './recovery.js';
import { recoverVhdChain } from './vhd-chain-recovery.js';
import { recoverZfs } from './zfs-recovery.js';
import { imageSettings } from './settings.js';

type Options = Readonly<Record<string, unknown>>;

interface Variant {
  /** The registered format, where the variant does not have its name. */
  readonly format?: string;
  readonly options: Options;
  readonly recovery: MakeRecovery;
  /** What the image allocates as one; absent: a cluster of the usual settings. */
  readonly unitBytes?: Bytes;
  /** Made without a backing image though it could have one. */
  readonly isAlone?: boolean;
  /** In cache mode writethrough each request ends with a flush; absent: files are opened so that every write is durable. */
  readonly flushesEachRequest?: boolean;
  /** Operations beyond the usual ones, with the options that they need beside the variant's. */
  readonly alsoTried?: Partial<Readonly<Record<OperationName, Options>>>;
  /** The only operations that are tried; absent: the usual ones, and those also tried. */
  readonly onlyTried?: readonly OperationName[];
}

const clusterBytes = formatBytes(imageSettings.clusterBytes);

const pastBacking = { 'write past the backing image': {} };
/** A journal of eight sectors, and chunks of a few blocks. */
const fvd2011 = { block: imageSettings.clusterBytes, journal: 4 * KiB, chunk: 16 * KiB };
const fvd2011Tried = {
  ...pastBacking,
  'copy-on-read': { copyOnRead: true },
  prefetch: { prefetch: true },
  'journal begun anew': {},
};
/** Indirect blocks of a few pointers, so that the tree has levels. */
const zfsOptions: Options = { record: clusterBytes, indirect: '1 KiB' };
const qedOptions: Options = { cluster: clusterBytes, tableClusters: '1' };

const variants: Readonly<Record<string, Variant>> = {
  raw: { options: {}, recovery: recoverRaw },
  cow: { options: {}, recovery: recoverCow },
  'fvd-paper': {
    options: { block: clusterBytes },
    recovery: recoverFvdPaper(imageSettings.clusterBytes),
    alsoTried: { ...pastBacking, 'copy-on-read': { copyOnRead: true }, prefetch: { prefetch: 'whole', prefetchChunk: '16 KiB' } },
  },
  'fvd-2011': {
    options: { ...fvd2011, compact: false },
    recovery: recoverFvd2011({ ...fvd2011, compact: false }),
    alsoTried: fvd2011Tried,
  },
  'fvd-2011, compact': {
    format: 'fvd-2011',
    options: { ...fvd2011, compact: true },
    recovery: recoverFvd2011({ ...fvd2011, compact: true }),
    alsoTried: fvd2011Tried,
  },
  'qcow2-0.12': { options: { cluster: clusterBytes }, recovery: recoverQcow2, alsoTried: pastBacking },
  'qcow2-0.12, 512-byte clusters': {
    format: 'qcow2-0.12',
    options: { cluster: 512 },
    recovery: recoverQcow2,
    onlyTried: ['new refcount block'],
  },
  'qcow2-7.2': { options: { cluster: clusterBytes }, recovery: recoverQcow2, flushesEachRequest: true, alsoTried: pastBacking },
  'qcow2-7.2, 512-byte clusters': {
    format: 'qcow2-7.2',
    options: { cluster: 512 },
    recovery: recoverQcow2,
    flushesEachRequest: true,
    onlyTried: ['new refcount block'],
  },
  'irow-paper': { options: { cluster: clusterBytes }, recovery: recoverIrow },
  'irow-2012': { options: { cluster: clusterBytes }, recovery: recoverIrow },
  vdi: { options: {}, recovery: recoverVdi, unitBytes: MiB, flushesEachRequest: true },
  'vmdk-0.12': { options: {}, recovery: recoverVmdk012, unitBytes: 64 * KiB },
  'vmdk-7.2': { options: {}, recovery: recoverVmdk72, unitBytes: 64 * KiB, flushesEachRequest: true },
  'vpc-0.12': { options: {}, recovery: recoverVpc, unitBytes: 2 * MiB },
  'vpc-7.2': { options: {}, recovery: recoverVpc, unitBytes: 2 * MiB, flushesEachRequest: true },
  /** The journal is full after a few transactions. */
  ocfs2: { options: { cluster: clusterBytes, journal: '64 KiB' }, recovery: recoverOcfs2 },
  /** Blocks of two clusters: some of them are here in part. */
  'vhd-chain': { options: { block: formatBytes(2 * imageSettings.clusterBytes) }, recovery: recoverVhdChain },
  zfs: { options: zfsOptions, recovery: recoverZfs },
  'zfs without intent log': { format: 'zfs', options: { ...zfsOptions, intentLog: 'false' }, recovery: recoverZfs },
  qed: { options: qedOptions, recovery: recoverQed, flushesEachRequest: true },
  'qed without backing': { format: 'qed', options: qedOptions, recovery: recoverQed, isAlone: true, flushesEachRequest: true },
  parallels: { options: {}, recovery: recoverParallels, unitBytes: MiB, flushesEachRequest: true },
};

export const modelledFormats: readonly string[] = Object.keys(variants);

const formatOf = (name: string): string => variants[name]!.format ?? name;
const modelOf = (name: string): ReturnType<typeof formats.get> => formats.get(formatOf(name), 'format');

/** Formats whose crashes are not checked. */
export const unmodelledFormats = (): string[] => {
  const modelled = new Set(modelledFormats.map(formatOf));
  return [...formats].map(([name]) => name).filter((name) => !modelled.has(name));
};

/** The operations that a variant's crashes are tried in. */
export function operationsOf(name: string): readonly OperationName[] {
  const { alsoTried = {}, onlyTried } = variants[name]!;
  const usual = modelOf(name).hasSnapshots ? [...commonOperations, ...snapshotOperations] : commonOperations;
  return onlyTried ?? [...usual, ...(Object.keys(alsoTried) as OperationName[])];
}

/** Whether an image of a variant is laid over a backing image. */
export const hasBacking = (name: string): boolean => modelOf(name).hasBacking && variants[name]!.isAlone !== true;

export const unitBytesOf = (name: string): Bytes => variants[name]!.unitBytes ?? imageSettings.clusterBytes;

export const flushesEachRequest = (name: string): boolean => variants[name]!.flushesEachRequest === true;

/** An image of a modelled format for an operation, and how it is recovered. */
export function makeVariant(
  name: string,
  operation: OperationName,
  context: FormatContext,
): { image: ImageFormat; recovery: MakeRecovery } {
  const model = modelOf(name);
  const { options, alsoTried, recovery } = variants[name]!;
  const given = readOptions(model.options, { ...options, ...alsoTried?.[operation] }, formatOf(name));
  return { image: model.make({ ...context, backing: hasBacking(name) ? context.backing : null }, given), recovery };
}
