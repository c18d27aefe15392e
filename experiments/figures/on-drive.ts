/**
 * Any figure asked again on another drive, ours and not the paper's: its study on the test-bed with that drive, its charts marked as ours, its claims not judged. Nothing of a figure is written
 * down for it: `fvd-fig05-on-ssd` is made of `fvd-fig05` when somebody asks.
 */
import { withoutPaper } from '../../results/charts/index.js';
import { Registry } from '../../sim/registry.js';
import { driveNamed, type DriveFile } from '../testbeds/drives/index.js';
import { nameOnDrive, splitOnDrive } from '../testbeds/on-drive.js';
import type { Chart, Figure, Study } from './figure.js';

/** The figures by id, and each on any drive by `ID-on-DRIVE`. */
export class Figures extends Registry<Figure> {
  private readonly derived = new Map<string, Figure>();

  /** @throws InputError naming `where`, at an unknown id or drive */
  override get(name: string, where: string): Figure {
    const split = super.has(name) ? null : splitOnDrive(name);
    if (split === null) return super.get(name, where);
    const known = this.derived.get(name);
    if (known !== undefined) return known;
    const figure = onAnotherDrive(super.get(split.name, where), split.drive, where);
    this.derived.set(name, figure);
    return figure;
  }

  /** The name that a study's runs go by: of the first figure that draws it, whichever are drawn now. */
  nameOf(study: Study): string {
    const original = originals.get(study);
    for (const [name, figure] of this) {
      if (figure.study === study) return name;
      if (original !== undefined && figure.study === original.study) return nameOnDrive(name, original.drive);
    }
    throw new Error('a study that no figure draws');
  }
}

/** Of studies on other drives: what they were made of. */
const originals = new WeakMap<Study, { readonly study: Study; readonly drive: string }>();
const studies = new WeakMap<Study, Map<string, Study>>();

function onAnotherDrive(figure: Figure, name: string, where: string): Figure {
  const drive = driveNamed(name, where);
  return {
    ...figure,
    locus: `${figure.locus}, on another drive (ours)`,
    about: `${figure.about}, on ${drive.name}`,
    study: studyOn(figure.study, name),
    charts: (rows) => figure.charts(rows).map((chart) => marked(chart, drive)),
    measures: [],
  };
}

/** The same object for the figures that share a study. */
function studyOn(study: Study, drive: string): Study {
  const made = studies.get(study) ?? new Map<string, Study>();
  studies.set(study, made);
  const known = made.get(drive);
  if (known !== undefined) return known;
  const moved: Study = { ...study, testbed: nameOnDrive(study.testbed, drive) };
  made.set(drive, moved);
  originals.set(moved, { study, drive });
  return moved;
}

/** The paper's values are left out: they are for its own disk. */
const marked = (chart: Chart, { kind, name, about }: DriveFile): Chart => ({
  ...chart,
  title: `${chart.title}, on ${kind === 'flash' ? 'an SSD' : 'another disk'} (ours)`,
  caption: `Ours: the same runs with the test-bed's drive replaced by ${about} (${name}); the paper's values, which are for its own disk, are left out. ${chart.caption}`,
  spec: withoutPaper(chart.spec),
  points: {
    columns: chart.points.columns.filter(({ name: column }) => column !== 'paper'),
    rows: chart.points.rows.map((row) => Object.fromEntries(Object.entries(row).filter(([column]) => column !== 'paper'))),
  },
});
