import { expect } from 'chai';
import { CachedImage } from '../../../../models/formats/qcow2/cached-image.js';
import { LIVE, Op, type ImageFormat } from '../../../../models/io/image-format.js';
import { Kind } from '../../../../models/io/plan.js';
import { carryOut } from '../../../../models/io/untimed.js';
import { MiB } from '../../../../sim/units.js';
import { stepsOf } from '../plans.js';

const cluster = 4096;

function made(backing: ImageFormat | null = null): CachedImage {
  const context = { diskBytes: MiB, cache: 'none', slots: 2, backing, name: backing === null ? 'img0' : 'img1' } as const;
  const image = new CachedImage(context, { clusterBytes: cluster, l2PieceBytes: cluster, l2Pieces: 2, refcountBlocks: 4 });
  carryOut(image, Op.CREATE);
  carryOut(image, Op.OPEN);
  return image;
}

/** Kinds of the host I/O of a request. */
function kindsOf(image: ImageFormat, op: Op, offset: number, bytes: number): Kind[] {
  const kinds: Kind[] = [];
  carryOut(image, op, offset, bytes, undefined, (plan) => {
    for (let i = 0; i < plan.size; i++) kinds.push(plan.kind[i] as Kind);
  });
  return kinds;
}

/** Clusters of data that are counted. */
const dataClusters = (image: CachedImage): number =>
  image.inspect().clusters.reduce((sum, [, count, role, references]) => (role === 'data' && references > 0 ? sum + count : sum), 0);

/** Whether all of the disk reads as zeros. */
const isEmpty = (image: ImageFormat): boolean => image.extents(LIVE).every(({ file }) => file === -1);

describe('zeros and discards in qcow2-7.2', () => {
  it('writes nothing for zeros in whole clusters, and keeps their room', () => {
    const image = made();
    carryOut(image, Op.WRITE, 0, 2 * cluster);
    expect(kindsOf(image, Op.WRITE_ZEROES, 0, 2 * cluster)).to.deep.equal([]);
    expect([isEmpty(image), dataClusters(image)]).to.deep.equal([true, 2]);
  });

  it('gives the room back where the guest allows it, and punches it', () => {
    const image = made();
    carryOut(image, Op.WRITE, 0, 2 * cluster);
    carryOut(image, Op.FLUSH);
    expect(kindsOf(image, Op.WRITE_ZEROES_UNMAP, 0, 2 * cluster)).to.deep.equal([Kind.PUNCH]);
    expect([isEmpty(image), dataClusters(image)]).to.deep.equal([true, 0]);
  });

  it('writes zeros as data into a part of a cluster that holds something else', () => {
    const image = made();
    carryOut(image, Op.WRITE, 0, cluster);
    expect(kindsOf(image, Op.WRITE_ZEROES, 512, 1024)).to.deep.equal([Kind.WRITE]);
    expect(isEmpty(image)).to.equal(false);
  });

  it('writes into kept room in place, with the rest of the cluster zeroed, and lets go of nothing', () => {
    const image = made();
    carryOut(image, Op.WRITE, 0, cluster);
    carryOut(image, Op.WRITE_ZEROES, 0, cluster);
    const [row] = image.inspect().active.map;
    const place = row![2] * cluster;
    const data = stepsOf(image, Op.WRITE, 512, 1024).flat();
    expect(data.filter((entry) => !entry.endsWith('!'))).to.deep.equal([`Z 0 ${place}+4096`, `W 0 ${place + 512}+1024`]);
    expect([image.inspect().active.map[0], dataClusters(image)]).to.deep.equal([row, 1]);
  });

  it('has discarded clusters hide what is below, and passes over parts of clusters', () => {
    const image = made(made());
    carryOut(image, Op.WRITE, 0, 3 * cluster);
    carryOut(image, Op.DISCARD, 512, 2 * cluster);
    expect(dataClusters(image)).to.equal(2);
    carryOut(image, Op.DISCARD, 4 * cluster, cluster);
    const hidden = image.extents(LIVE).filter(({ recordedIn }) => recordedIn === 0);
    expect(hidden.map(({ guestOffset, bytes }) => [guestOffset, bytes])).to.deep.equal([
      [cluster, cluster],
      [4 * cluster, cluster],
    ]);
  });

  it('keeps what a snapshot has', () => {
    const image = made();
    carryOut(image, Op.WRITE, 0, cluster);
    carryOut(image, Op.SNAPSHOT, 0, 0, 'a');
    carryOut(image, Op.DISCARD, 0, cluster);
    expect([isEmpty(image), dataClusters(image)]).to.deep.equal([true, 1]);
    carryOut(image, Op.APPLY, 0, 0, 'a');
    expect(isEmpty(image)).to.equal(false);
  });
});
