/** What others wrote and we ship with: permissive licences, listed; few packages, and none that runs something when it is installed. */
import { expect } from 'chai';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { packageRoot } from '../experiments/places.js';
import { licenceTable, runtimeInstallScripts, runtimePackages } from './support/licences.js';

const list = path.join(packageRoot, '.config', 'licences.md');
const permissive = ['MIT', 'ISC', 'BSD-2-Clause', 'BSD-3-Clause', 'Apache-2.0', '0BSD', 'OFL-1.1', 'MPL-2.0', 'Unlicense'];

describe('packages of others', () => {
  const packages = runtimePackages(packageRoot);

  it('have permissive licences', () => {
    const allowed = (licence: string): boolean =>
      licence.split(/ (?:AND|OR) |[()]/).every((part) => part === '' || permissive.includes(part));
    expect(packages.filter(({ licence }) => !allowed(licence))).to.deep.equal([]);
  });

  it('are listed with them (SNAPSIM_LICENCES=write writes the list)', () => {
    if (process.env['SNAPSIM_LICENCES'] === 'write') writeFileSync(list, licenceTable(packages));
    expect(readFileSync(list, 'utf8')).to.equal(licenceTable(packages));
  });

  it('are at most 140, and run nothing when they are installed', () => {
    expect(packages.length).to.be.at.most(140);
    expect(runtimeInstallScripts(packageRoot)).to.deep.equal([]);
  });
});
