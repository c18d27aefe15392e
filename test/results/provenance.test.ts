import { expect } from 'chai';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { packageRoot } from '../../experiments/places.js';
import { beginManifest, canonicalJson, codeVersion, sha256 } from '../../results/provenance.js';

describe('canonical JSON', () => {
  it('does not depend on the order of keys, and leaves out what is not there', () => {
    expect(canonicalJson({ b: [1, { d: null, c: 'x' }], a: true, gone: undefined })).equals('{"a":true,"b":[1,{"c":"x","d":null}]}');
    expect(canonicalJson({ a: 1, b: 2 })).equals(canonicalJson({ b: 2, a: 1 }));
  });

  it('refuses what JSON cannot say', () => {
    for (const value of [NaN, Infinity, [undefined], () => 0, 1n]) expect(() => canonicalJson(value)).to.throw(RangeError);
  });
});

describe('a manifest', () => {
  it('names command, configuration, seed, versions, and the hash of each file', () => {
    const finish = beginManifest(packageRoot, { command: ['snapsim', 'reproduce'], config: { seed: 1, quick: true }, seed: 1 });
    const manifest = finish(
      new Map([
        ['rows.csv', 'a\n'],
        ['chart.svg', ''],
      ]),
    );
    expect(manifest.configSha256).equals(sha256('{"quick":true,"seed":1}'));
    expect(Object.entries(manifest.outputs)).deep.equals([
      ['chart.svg', sha256('')],
      ['rows.csv', sha256('a\n')],
    ]);
    expect(sha256('a\n')).equals('87428fc522803d31065e7bce3cf03fe475096631e5e07bbd7a0fde60c4cf25c7');
    expect(manifest.dependencies['vega']).match(/^[0-9]+\.[0-9]+\.[0-9]+$/);
    expect(manifest.node).equals(process.version);
    expect(Date.parse(manifest.finished)).least(Date.parse(manifest.started));
  });
});

describe('the version of the code', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'snapsim-code-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it("is the package's where there is no repository", () => {
    expect(codeVersion(folder, '1.2.3')).deep.equals({ describe: 'v1.2.3', commit: null, isDirty: null });
  });

  const git = (...words: string[]): void => {
    const author = ['-c', 'user.name=test', '-c', 'user.email=test@example.org', '-c', 'commit.gpgsign=false'];
    execFileSync('git', ['-C', folder, ...author, ...words], { stdio: 'ignore' });
  };

  it('is the commit, and says where files differ from it', () => {
    git('init');
    writeFileSync(path.join(folder, 'file'), 'one');
    git('add', 'file');
    git('commit', '-m', 'one', '--no-verify');
    const clean = codeVersion(folder, '1.2.3');
    expect(clean.commit).match(/^[0-9a-f]{40}$/);
    expect(clean.isDirty).equals(false);
    writeFileSync(path.join(folder, 'file'), 'two');
    expect(codeVersion(folder, '1.2.3')).deep.equals({ describe: `${clean.describe}-dirty`, commit: clean.commit, isDirty: true });
  });

  it("is not that of somebody else's repository around the package", () => {
    git('init');
    git('commit', '-m', 'one', '--allow-empty', '--no-verify');
    mkdirSync(path.join(folder, 'package'));
    expect(codeVersion(path.join(folder, 'package'), '1.2.3').commit).equals(null);
  });

  it("is the package's where the repository cannot be read", () => {
    mkdirSync(path.join(folder, '.git'));
    writeFileSync(path.join(folder, '.git', 'HEAD'), 'nothing');
    expect(codeVersion(folder, '1.2.3').commit).equals(null);
  });
});
