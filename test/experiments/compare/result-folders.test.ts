import { expect } from 'chai';
import { mkdtempSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { differenceInWords, folderDifference } from '../../../experiments/compare/difference-output.js';
import { readResultFolder } from '../../../experiments/compare/result-folder.js';
import { planOf } from '../../../experiments/config/plan.js';
import { beginStudy } from '../../../experiments/run/run-study.js';
import { carryOutPlan } from '../../../experiments/run/study-runs.js';
import { InputError } from '../../../sim/errors.js';
import { memoryConfig } from './configs.js';

describe('two folders of results', () => {
  let folder = '';
  const at = (name: string) => path.join(folder, name);
  before(async () => {
    folder = mkdtempSync(path.join(tmpdir(), 'snapsim-diff-'));
    for (const [name, slice] of [
      ['a', '1MiB'],
      ['b', '2MiB'],
    ] as const) {
      const plan = planOf(memoryConfig({ method: { name: 'consnap', slice } }));
      const runs = await carryOutPlan(plan, { store: null, workers: 2, onProgress: () => undefined });
      beginStudy({ plan, text: null, folder: at(name), command: ['snapsim', 'run'] })(runs);
    }
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  it('are told apart by the config and by the metrics that moved, the largest change first', () => {
    const difference = folderDifference(readResultFolder(at('a')), readResultFolder(at('b')));
    expect(difference.versions).deep.equals([]);
    expect(difference.config).deep.equals([{ path: 'method.slice', a: '"1MiB"', b: '"2MiB"' }]);
    const [{ moved, unmoved }] = difference.tables as [(typeof difference.tables)[0]];
    expect(moved.length).above(0);
    expect(unmoved).above(0);
    const sizes = moved.map(({ change }) => Math.abs(change!));
    expect(sizes).deep.equals([...sizes].sort((x, y) => y - x));
    const text = differenceInWords(difference, 1).join('\n');
    expect(text)
      .includes('method.slice: "1MiB" -> "2MiB"')
      .and.includes('4 pairs:')
      .and.matches(/and \d+ more that moved/);
  });

  it('of other work are not called better or worse', () => {
    const [a, b] = [readResultFolder(at('a')), readResultFolder(at('b'))];
    const guest = { name: 'idle' };
    const other = { ...b, manifest: { ...b.manifest, config: { ...(b.manifest.config as object), guest } } };
    const text = differenceInWords(folderDifference(a, other), 100).join('\n');
    expect(text)
      .includes('the configs differ in the work (guest')
      .and.not.matches(/pairs:|better;|worse;|which is/);
  });

  it('that are one say so', () => {
    const text = differenceInWords(folderDifference(readResultFolder(at('a')), readResultFolder(at('a'))), 10).join('\n');
    expect(text.match(/ {2}the same$/gm)).length(2);
    expect(text).matches(/(\d+) of \1 metrics are the same to the last digit/);
  });

  it('are refused where there is no manifest, no rows, or a damaged row', () => {
    expect(() => readResultFolder(at('none'))).to.throw(InputError, 'none');
    mkdirSync(at('empty'));
    expect(() => readResultFolder(at('empty'))).to.throw(InputError, 'manifest.json');
    writeFileSync(path.join(at('b'), 'rows.jsonl'), '{"seed":1}\n{"se');
    expect(() => readResultFolder(at('b'))).to.throw(InputError, 'rows.jsonl:2');
  });
});
