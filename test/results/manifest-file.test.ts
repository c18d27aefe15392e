import { expect } from 'chai';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { homedir, hostname, tmpdir } from 'node:os';
import path from 'node:path';
import { packageRoot } from '../../experiments/places.js';
import { withHome, withoutHome } from '../../results/home.js';
import { differencesOf, readManifest } from '../../results/manifest-file.js';
import { beginManifest, type Manifest } from '../../results/provenance.js';
import { InputError } from '../../sim/errors.js';

const home = homedir();

const made = (): Manifest =>
  beginManifest(packageRoot, {
    command: ['snapsim', 'replay', path.join(home, 'my trace.csv'), `--out=${home}/x`],
    config: { a: 1 },
    seed: 1,
    inputs: { [path.join(home, 'my trace.csv')]: 'abc' },
  })(new Map([['rows.csv', 'a\n']]));

describe('a manifest in a file', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'snapsim-manifest-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const file = (text: string): string => {
    writeFileSync(path.join(folder, 'manifest.json'), text);
    return path.join(folder, 'manifest.json');
  };

  it('says what machine it was made on and how long it took, but neither its name nor whose it is', () => {
    const manifest = made();
    expect(manifest.machine).to.have.keys('processor', 'cores', 'memoryBytes', 'platform');
    expect(manifest.machine.cores).least(1);
    expect(manifest.durationSeconds).within(0, 60);
    const text = JSON.stringify(manifest);
    expect(manifest.command).deep.equals(['snapsim', 'replay', '~/my trace.csv', '--out=~/x']);
    expect(manifest.inputs).deep.equals({ '~/my trace.csv': 'abc' });
    expect(text)
      .not.include(`"${home}`)
      .and.not.include(hostname().length > 3 ? hostname() : 'no such name');
  });

  it('gives the home folder back, wherever that is now', () => {
    for (const word of [`${home}/a`, `--out=${home}/a:${home}`, 'a', '/x/y']) expect(withHome(withoutHome(word))).equals(word);
    expect(withoutHome(`${home}dir/a`)).equals(`${home}dir/a`);
    expect(withHome('a~b/~x')).equals('a~b/~x');
  });

  it('is read as it was written', () => {
    const manifest = made();
    expect(readManifest(file(JSON.stringify(manifest)))).deep.equals(manifest);
  });

  it('is refused with the part that is wrong', () => {
    const manifest = made();
    const refused = (text: string): Chai.Assertion => expect(() => readManifest(file(text))).to.throw(InputError);
    refused('{').with.property('message').include('no JSON');
    refused('[1]').with.property('message').include('no object');
    refused(JSON.stringify({ ...manifest, outputs: { a: 1 } }))
      .with.property('message')
      .include('{"a":1} as "outputs"');
    refused(JSON.stringify({ ...manifest, command: 'snapsim run' }))
      .with.property('message')
      .include('as "command"');
    expect(() => readManifest(path.join(folder, 'none.json'))).to.throw(InputError, 'no such file');
  });

  it('says what differs from another, and not what may', () => {
    const before = made();
    expect(differencesOf(before, { ...made(), started: '2020-01-01', outputs: {} })).deep.equals([]);
    const now: Manifest = {
      ...before,
      code: { describe: 'v9-dirty', commit: 'c0ffee', isDirty: true },
      dependencies: { ...before.dependencies, vega: '99.0.0' },
      inputs: {},
      configSha256: 'other',
    };
    const differences = differencesOf({ ...before, code: { describe: 'v8', commit: 'beef', isDirty: false } }, now);
    expect(differences).deep.equals([
      'code: beef then, c0ffee now',
      'uncommitted changes: false then, true now',
      `dependency vega: ${before.dependencies['vega']} then, 99.0.0 now`,
      'input ~/my trace.csv: abc then, none now',
      `config: ${before.configSha256} then, other now`,
    ]);
  });
});
