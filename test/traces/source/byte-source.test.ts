import { expect } from 'chai';
import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { gzipSync } from 'node:zlib';
import { InputError } from '../../../sim/errors.js';
import { DecompressedSource } from '../../../traces/source/decompressed-source.js';
import { openSource, type ByteSource } from '../../../traces/source/byte-source.js';
import { ringBytes } from '../../../traces/source/ring.js';
import { scratchFolder } from '../support/records.js';

function readAll(source: ByteSource): Buffer {
  const parts: Buffer[] = [];
  const into = new Uint8Array(300_000);
  try {
    for (let count = 1; count > 0;) {
      count = source.read(into, 7);
      parts.push(Buffer.from(into.subarray(7, 7 + count)));
    }
  } finally {
    source.close();
    source.close();
  }
  return Buffer.concat(parts);
}

const isInstalled = (program: string): boolean => {
  try {
    execFileSync(program, ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
};

/** More than the ring holds, so that it wraps and fills. */
const content = Buffer.alloc(2 * ringBytes + 12_345);
for (let i = 0; i < content.length; i++) content[i] = (i * 7 + (i >> 9)) & 0xff;

describe('byte sources', () => {
  const { file } = scratchFolder();

  const compressed = (program: 'zstd' | 'xz', of: Buffer): Buffer => execFileSync(program, ['-c'], { input: of, maxBuffer: 2 ** 28 });

  it('reads a plain file', () => {
    writeFileSync(file('plain'), content);
    expect(readAll(openSource(file('plain'))).equals(content)).to.equal(true);
  });

  it('reads gzip, also of several members, whatever the name', () => {
    writeFileSync(file('a.bin'), Buffer.concat([gzipSync(content), gzipSync('more')]));
    expect(readAll(openSource(file('a.bin'))).equals(Buffer.concat([content, Buffer.from('more')]))).to.equal(true);
  });

  it('reads zstd, with the installed program and without', function () {
    if (!isInstalled('zstd')) this.skip();
    writeFileSync(file('a.zst'), compressed('zstd', content));
    expect(readAll(openSource(file('a.zst'))).equals(content)).to.equal(true);
    withoutPrograms(() => expect(readAll(openSource(file('a.zst'))).equals(content)).to.equal(true));
  });

  it('reads xz where the program is installed, and says so where it is not', function () {
    if (!isInstalled('xz')) this.skip();
    writeFileSync(file('a.xz'), compressed('xz', content));
    expect(readAll(openSource(file('a.xz'))).equals(content)).to.equal(true);
    withoutPrograms(() =>
      expect(() => readAll(openSource(file('a.xz')))).to.throw(InputError, /a\.xz: found xz compression, and no program xz/),
    );
  });

  it('refuses compressed files that are cut, damaged or followed by rubbish, naming the file', function () {
    if (!isInstalled('zstd')) this.skip();
    const gzip = gzipSync(content);
    const zstd = compressed('zstd', content);
    const damaged = Buffer.from(gzip);
    damaged[Math.floor(gzip.length / 2)]! ^= 0xff;
    const bad: Record<string, Buffer> = {
      'cut.gz': gzip.subarray(0, gzip.length - 9),
      'damaged.gz': damaged,
      'followed.gz': Buffer.concat([gzip, Buffer.from('rubbish')]),
      'padded.gz': Buffer.concat([gzip, Buffer.alloc(512)]),
      'cut.zst': zstd.subarray(0, zstd.length - 9),
      'followed.zst': Buffer.concat([zstd, Buffer.from('rubbish')]),
    };
    for (const [name, bytes] of Object.entries(bad)) {
      writeFileSync(file(name), bytes);
      expect(() => readAll(openSource(file(name))), name).to.throw(InputError, name);
    }
    withoutPrograms(() =>
      expect(() => readAll(openSource(file('cut.zst')))).to.throw(InputError, /cut\.zst: found a zstd stream that is cut/),
    );
  });

  it('refuses what is missing, a folder, and a name whose ending is not true', () => {
    expect(() => openSource(file('absent'))).to.throw(InputError, /absent: found no such file/);
    mkdirSync(file('folder'));
    expect(() => readAll(openSource(file('folder')))).to.throw(InputError, /folder: found a folder/);
    writeFileSync(file('plain.gz'), 'not compressed');
    expect(() => openSource(file('plain.gz'))).to.throw(InputError, /expected a gzip stream, as its name ends in \.gz/);
  });

  it('does not hang where the decompressing thread dies', () => {
    writeFileSync(file('any.gz'), gzipSync(content));
    const helpers = { 'leaves.mjs': 'process.exit(3)', 'fails.mjs': 'throw new Error("no")', 'silent.mjs': 'setInterval(() => {}, 1000)' };
    for (const [name, code] of Object.entries(helpers)) {
      writeFileSync(file(name), code);
      const source = new DecompressedSource(file('any.gz'), 'gzip', pathToFileURL(file(name)), 200);
      expect(() => readAll(source), name).to.throw(InputError, /no answer from the thread/);
    }
  });

  it('may be closed before its end', () => {
    writeFileSync(file('early.gz'), gzipSync(content));
    const source = openSource(file('early.gz'));
    expect(source.read(new Uint8Array(10), 0)).to.equal(10);
    source.close();
    expect(() => source.read(new Uint8Array(10), 0)).to.throw('closed');
  });
});

/** Runs `act` where no program can be found. */
function withoutPrograms(act: () => void): void {
  const before = process.env['PATH'];
  process.env['PATH'] = '/nonexistent';
  try {
    act();
  } finally {
    process.env['PATH'] = before;
  }
}
