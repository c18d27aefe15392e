/** What could harm in a config does no harm: it is refused, in a moment. */
import { expect } from 'chai';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { openConfig } from '../../../experiments/config/plan.js';
import { InputError } from '../../../sim/errors.js';
import { configFile, refusal, small } from './config-file.js';

describe('a hostile config', function () {
  this.timeout(10_000);
  let folder = '';
  before(() => (folder = mkdtempSync(path.join(tmpdir(), 'snapsim-hostile-'))));
  after(() => rmSync(folder, { recursive: true }));
  const text = (content: string) => refusal(folder, [content]);

  it('of aliases that multiply is refused at the first of them', () => {
    const levels = Array.from({ length: 30 }, (_, i) => `a${i + 1}: &a${i + 1} [*a${i}, *a${i}, *a${i}, *a${i}]`);
    expect(text(['a0: &a0 [x]', ...levels].join('\n'))).match(/^run\.yaml:2:10: found the alias \*a0/);
  });

  for (const [what, content] of [
    ['brackets', '['.repeat(200_000)],
    ['braces', 'a: '.concat('{a: '.repeat(200_000))],
    ['dashes', '- '.repeat(100_000)],
    ['indents', Array.from({ length: 1000 }, (_, i) => `${' '.repeat(i)}a:`).join('\n')],
  ] as const) {
    it(`of ${what} without end is refused`, () => expect(text(content)).match(/in each other|levels|no YAML/));
  }

  it('with a tag, a second document, a key that is a map, or nothing at all is refused', () => {
    expect(text('study: !!js/function "x"')).match(/no YAML/);
    expect(text('study: workload\n---\nstudy: memory')).match(/run\.yaml:[23]:1: found a second document/);
    expect(text('{a: 1}: 2')).match(/a map as a key/);
    expect(text('')).match(/found/);
  });

  it('that is giant is not read', () => {
    const file = path.join(folder, 'giant.yaml');
    writeFileSync(file, '#'.repeat(1 << 21));
    expect(() => openConfig(file)).to.throw(InputError, /2097152 bytes, expected a config of at most 1048576/);
  });

  it('that is a folder, or not there, is told', () => {
    expect(() => openConfig(folder)).to.throw(InputError, /a folder/);
    expect(() => openConfig(path.join(folder, 'none.yaml'))).to.throw(InputError, /no such file/);
  });

  it('cannot reach what all objects have', () => {
    expect(refusal(folder, [...small, '__proto__: {x: 1}'])).match(/unknown key "__proto__"/);
    expect(refusal(folder, [...small, 'format: constructor'])).match(/unknown image format "constructor"/);
    expect(refusal(folder, [...small, 'sweep: {toString: [1]}'])).match(/unknown key "toString"/);
  });

  it('keeps a name that HTML would take for its own as the text that it is', () => {
    const file = configFile(folder, small, '<script>alert(1)<!--.yaml');
    expect(openConfig(file).title).equal('<script>alert(1)<!--');
  });
});
