import { expect } from 'chai';
import { commandAgain, type CommandShape } from '../../../experiments/run/rerun.js';
import { InputError } from '../../../sim/errors.js';

const shapes: Readonly<Record<string, CommandShape>> = {
  run: { options: ['--out', '--store', '--workers'] },
  replay: { options: ['--requests', '--timeline', '--mode'] },
  'sweep merge': { options: ['--out'] },
  sweep: { options: [] },
  list: { options: ['--json'] },
};
const again = (command: string, manifest = 'a/manifest.json'): string =>
  commandAgain(command.split(' '), manifest, '/new', (name) => shapes[name] ?? null).join(' ');

describe('a command that is run again', () => {
  it('writes elsewhere, and finds nothing that was stored', () => {
    expect(again('snapsim run c.yaml')).equals('run c.yaml --out /new --store /new/.runs');
    expect(again('snapsim run c.yaml --out results/x --store=s --workers 2')).equals(
      'run c.yaml --out /new --workers 2 --store /new/.runs',
    );
    expect(again('snapsim run --out=../../x c.yaml')).equals('run --out /new c.yaml --store /new/.runs');
    expect(again('snapsim sweep merge p')).equals('sweep merge p --out /new');
  });

  it('writes single files under their names, whatever folder was named', () => {
    expect(again('snapsim replay t --requests ../../x/r.csv --timeline=/etc/t.json', 'r.csv.manifest.json')).equals(
      'replay t --requests /new/r.csv --timeline /new/t.json',
    );
  });

  it('leaves alone what only looks like a place', () => {
    expect(again('snapsim replay t --mode --out --requests r.csv', 'r.csv.manifest.json')).equals(
      'replay t --mode --out --requests /new/r.csv',
    );
  });

  it('is none where it has no result, or is no command of ours', () => {
    for (const command of ['snapsim list', 'snapsim nothing', 'rm -rf x', 'snapsim sweep', 'snapsim --out x'])
      expect(() => again(command), command).to.throw(InputError, 'expected a snapsim command that writes results');
  });
});
