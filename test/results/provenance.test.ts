import { expect } from 'chai';
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
    const manifest = finish(new Map([['rows.csv', 'a\n']]));
    expect(manifest.configSha256).equals(sha256('{"quick":true,"seed":1}'));
    expect(manifest.outputs).deep.equals({ 'rows.csv': sha256('a\n') });
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

  it("is the package's where the repository cannot be read", () => {
    mkdirSync(path.join(folder, '.git'));
    writeFileSync(path.join(folder, '.git', 'HEAD'), 'nothing');
    expect(codeVersion(folder, '1.2.3').commit).equals(null);
  });
});
