import { expect } from 'chai';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { figures } from '../../../experiments/figures/index.js';
import { reproduce } from '../../../experiments/run/reproduce.js';

describe('a few figures that are drawn', function () {
  this.timeout(120_000);
  let folder = '';
  before(() => (folder = mkdtempSync(path.join(tmpdir(), 'snapsim-reproduce-'))));
  after(() => rmSync(folder, { recursive: true }));

  it('judge the claims that they measure, and say of no other that nothing measures it', async () => {
    const request = { ids: ['once-counts'], scale: 'quick', workers: 1, command: ['snapsim'], isFresh: false } as const;
    const { claims } = await reproduce({ ...request, folder, store: path.join(folder, 'store') }, () => {});
    const own = figures.get('once-counts', 'test').measures.map(({ claim }) => claim);
    expect(claims.map(({ claim }) => claim.id)).to.have.members(own);
    expect(claims.map(({ verdict }) => verdict)).not.to.include('not modelled');
    const written = JSON.parse(readFileSync(path.join(folder, 'claims.json'), 'utf8')) as { id: string }[];
    expect(written.map(({ id }) => id)).to.have.members(own);
  });
});
