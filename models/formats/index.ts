/** The image formats by name. */
import { Registry } from '../../sim/registry.js';
import type { ImageFormatModel } from '../io/image-format.js';
import { cow } from './cow.js';
import { withExternalSnapshots } from './external-snapshots/with-external-snapshots.js';
import { fvdOf2011 } from './fvd/fvd-2011.js';
import { fvdOfPaper } from './fvd/fvd-paper.js';
import { irowOf2012 } from './irow/irow-2012.js';
import { irowOfPaper } from './irow/irow-paper.js';
import { parallels } from './parallels.js';
import { qcow2Of012 } from './qcow2/qcow2-0.12.js';
import { qcow2Of72 } from './qcow2/qcow2-7.2.js';
import { qed } from './qed.js';
import { raw } from './raw.js';
import { vdi } from './vdi.js';
import { vmdkOf012 } from './vmdk/vmdk-0.12.js';
import { vmdkOf72 } from './vmdk/vmdk-7.2.js';
import { vpcOf012 } from './vpc/vpc-0.12.js';
import { vpcOf72 } from './vpc/vpc-7.2.js';
import { vhdChain } from './vhd-chain/vhd-chain.js';
import { zfs } from './zfs/zfs.js';
import { ocfs2 } from './ocfs2/ocfs2.js';

/** A model whose options are known by its own declaration only. */
type AnyModel = ImageFormatModel;

export const formats = new Registry<AnyModel>('image format', {
  raw: raw,
  vdi: vdi,
  'vmdk-0.12': vmdkOf012,
  'vmdk-7.2': vmdkOf72,
  'vpc-0.12': vpcOf012,
  'vpc-7.2': vpcOf72,
  qed: qed,
  parallels: parallels,
  cow: cow,
  'qcow2-0.12': qcow2Of012,
  'qcow2-0.12-overlays': withExternalSnapshots(qcow2Of012, 'qcow2-0.12'),
  'qcow2-7.2': qcow2Of72,
  'fvd-paper': fvdOfPaper,
  'fvd-paper-overlays': withExternalSnapshots(fvdOfPaper, 'fvd-paper'),
  'fvd-2011': fvdOf2011,
  'irow-paper': irowOfPaper,
  'irow-2012': irowOf2012,
  'vhd-chain': vhdChain,
  zfs: zfs,
  ocfs2: ocfs2,
});
