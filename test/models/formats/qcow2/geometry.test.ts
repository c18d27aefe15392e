import { expect } from 'chai';
import { checkClusterCount } from '../../../../models/formats/qcow2/geometry.js';
import { InputError } from '../../../../sim/errors.js';
import { GiB, KiB } from '../../../../sim/units.js';

describe('the clusters of a qcow2 image', () => {
  it('are refused where they are too small to be numbered, with the least size that is one', () => {
    expect(() => checkClusterCount(63 * 1024 * GiB, 64 * KiB, 'qcow2-7.2')).to.throw(InputError, 'found 64 KiB, expected at least 128 KiB');
    expect(() => checkClusterCount(63 * 1024 * GiB, 128 * KiB, 'qcow2-7.2')).not.to.throw();
    expect(() => checkClusterCount(32 * 1024 * GiB, 64 * KiB, 'qcow2-7.2')).not.to.throw();
  });
});
