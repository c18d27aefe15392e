/** What XenServer's chain of VHD files loses in a crash. */
import type { ExpectedRow } from './row.js';

const driver = "XenServer's blktap, drivers/block-vhd.c";

/** The same violations where the drive's cache or the host's holds writes back. */
const unordered = (row: Pick<ExpectedRow, 'operations' | 'violations' | 'reason'>): readonly ExpectedRow[] => [
  { formats: ['vhd-chain'], caches: ['none'], driveCaches: ['on'], ...row },
  { formats: ['vhd-chain'], caches: ['writeback'], ...row },
];

export const vhdChainRows: readonly ExpectedRow[] = [
  ...unordered({
    operations: ['write', 'partial write'],
    violations: ['dangling reference'],
    reason: `no flush stands between a new block and its entry in the BAT, which can name what lies beyond the end (${driver})`,
  }),
  ...unordered({
    operations: ['snapshot create'],
    violations: ['acknowledged write lost'],
    reason: `a bitmap can be durable before the data that it stands for, and hides what is below; a flush is one of the leaf's file alone (${driver})`,
  }),
  ...unordered({
    operations: ['apply'],
    violations: ['acknowledged write lost'],
    reason:
      'the file of the live disk is removed before the new one is flushed: nothing but the order of issue stands between them (model of the storage manager)',
  }),
  ...unordered({
    operations: ['delete'],
    violations: ['acknowledged write lost', 'stale or foreign data', 'image unopenable'],
    reason: 'a file is removed before its merged content, and the header of the file over it, are flushed (model of the storage manager)',
  }),
  {
    formats: ['vhd-chain'],
    violations: [],
    reason: `data are written before BAT and bitmap, and merged files removed last (${driver}; model of the storage manager)`,
  },
];
