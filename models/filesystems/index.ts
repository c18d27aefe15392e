/** The kinds of file systems by name. */
import { Registry } from '../../sim/registry.js';
import { ext4 } from './extents/ext4.js';
import { ext3 } from './ext3/ext3.js';
import type { FileSystemModel } from './file-layout.js';

/** A model whose options are known by its own declaration only. */
type AnyModel = FileSystemModel;

export const fileSystems = new Registry<AnyModel>('file system', { ext3: ext3, ext4: ext4 });
