/** What is known to be lost in a crash, cell by cell of the matrix, with why and from where. What no row names loses nothing. */
import type { CrashCase } from '../check.js';
import { cowRows } from './cow.js';
import { fvdRows } from './fvd.js';
import { growingRows } from './growing.js';
import { irowRows } from './irow.js';
import { ocfs2Rows } from './ocfs2.js';
import { qcow2Rows } from './qcow2.js';
import type { ExpectedRow } from './row.js';
import { vhdChainRows } from './vhd-chain.js';
import { zfsRows } from './zfs.js';

/** One file for each family of formats; the first row that fits holds. */
export const expectedRows: readonly ExpectedRow[] = [
  ...cowRows,
  ...fvdRows,
  ...growingRows,
  ...irowRows,
  ...qcow2Rows,
  ...ocfs2Rows,
  ...vhdChainRows,
  ...zfsRows,
];

const fits = (row: ExpectedRow, given: CrashCase): boolean =>
  row.formats.includes(given.format) &&
  (row.operations?.includes(given.operation) ?? true) &&
  (row.caches?.includes(given.cache) ?? true) &&
  (row.driveCaches?.includes(given.driveCache) ?? true);

/** The row of a cell: none is named where everything survives. */
export const expectedOf = (given: CrashCase): Pick<ExpectedRow, 'violations' | 'reason'> =>
  expectedRows.find((row) => fits(row, given)) ?? { violations: [], reason: 'data are durable before what refers to them' };
