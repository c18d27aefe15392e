/** The formats whose recovery is modelled, with the options that a crash is tried with; and why the others have none. */
import { formats } from '../../../models/formats/index.js';
import type { FormatContext, ImageFormat } from '../../../models/io/image-format.js';
import { readOptions } from '../../../sim/options.js';
import { formatBytes } from '../../../sim/units.js';
import { recoverCow, recoverFvdPaper, recoverRaw } from './flat-recovery.js';
import { recoverIrow } from './irow-recovery.js';
import { recoverQcow2 } from './qcow2-recovery.js';
import type { MakeRecovery } from './recovery.js';
import { imageSettings } from './settings.js';

interface Variant {
  readonly options: Readonly<Record<string, unknown>>;
  readonly recovery: MakeRecovery;
}

const clusterBytes = formatBytes(imageSettings.clusterBytes);

const variants: Readonly<Record<string, Variant>> = {
  raw: { options: {}, recovery: recoverRaw },
  cow: { options: {}, recovery: recoverCow },
  'fvd-paper': { options: { block: clusterBytes }, recovery: recoverFvdPaper },
  'qcow2-0.12': { options: { cluster: clusterBytes }, recovery: recoverQcow2 },
  'irow-paper': { options: { cluster: clusterBytes }, recovery: recoverIrow },
  'irow-2012': { options: { cluster: clusterBytes }, recovery: recoverIrow },
};

export const modelledFormats: readonly string[] = Object.keys(variants);

/** Formats whose crashes are not checked. */
export const unmodelledFormats = (): string[] => [...formats].map(([name]) => name).filter((name) => !Object.hasOwn(variants, name));

export const hasSnapshots = (name: string): boolean => formats.get(name, 'format').hasSnapshots;

/** An image of a modelled format, and how it is recovered. */
export function makeVariant(name: string, context: FormatContext): { image: ImageFormat; recovery: MakeRecovery } {
  const model = formats.get(name, 'format');
  const { options, recovery } = variants[name]!;
  return {
    image: model.make({ ...context, backing: model.hasBacking ? context.backing : null }, readOptions(model.options, options, name)),
    recovery,
  };
}
