/** A row of what is known to be lost in a crash. It knows no cell's figures. */
import type { CacheMode } from '../../../../models/io/image-format.js';
import type { DriveCache } from '../durability.js';
import type { OperationName } from '../operations.js';
import type { Violation } from '../promises.js';

/** A dimension that a row does not name is any. */
export interface ExpectedRow {
  readonly formats: readonly string[];
  readonly operations?: readonly OperationName[];
  readonly caches?: readonly CacheMode[];
  readonly driveCaches?: readonly DriveCache[];
  readonly violations: readonly Violation[];
  /** With its source. */
  readonly reason: string;
}
