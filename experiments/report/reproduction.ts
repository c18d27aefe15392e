/** What the report of a reproduction shows: claims, figures, parameters of the test-beds, where it all comes from. It runs nothing. */
import { paperAgainstSimulated, type Comparison } from '../../results/charts/index.js';
import type { Manifest } from '../../results/provenance.js';
import type { ParameterRow, ReportFigure, ReportModel, ScoreRow } from '../../results/report/index.js';
import type { Column, Row } from '../../results/rows.js';
import { scoreRows, type ClaimResult } from '../claims/index.js';
import type { Scale } from '../figures/figure.js';
import { testbeds } from '../testbeds/index.js';
import { parametersOf, valueInWords } from '../testbeds/parameters.js';
import { ownFigure } from './own-figure.js';

export interface Reproduction {
  readonly scale: Scale;
  readonly manifest: Manifest;
  /** What a reader must know before all else. */
  readonly notices: readonly string[];
  readonly claims: readonly ClaimResult[];
  /** Names of the test-beds that the figures use. */
  readonly testbeds: readonly string[];
  readonly charts: readonly ReportFigure[];
}

export async function reproductionModel(reproduction: Reproduction): Promise<ReportModel> {
  const { scale, manifest, notices, claims, charts } = reproduction;
  const scoreboard = scoreRows(claims);
  return {
    title: scale === 'quick' ? 'Figures, quick run' : 'Figures',
    manifest,
    notices,
    scoreboard,
    overview: await overviewOf(scoreboard, manifest.command.join(' ')),
    parameters: [...new Set(reproduction.testbeds)].flatMap(parameterRows),
    figures: charts,
  };
}

const pairColumns: readonly Column[] = [
  { name: 'claim', unit: '', about: 'The claim in the ledger, and which of its numbers' },
  { name: 'by', unit: '', about: 'The paper' },
  { name: 'paper', unit: '', about: 'What the paper states, in the unit of the claim' },
  { name: 'simulated', unit: '', about: 'The mean over seeds' },
  { name: 'low', unit: '', about: 'Lower end of the 95 % interval' },
  { name: 'high', unit: '', about: 'Upper end of the 95 % interval' },
  { name: 'isCalibrated', unit: '', about: 'Whether a parameter was set for it' },
];

/** One chart over all claims that are numbers; none where no such claim was measured. */
async function overviewOf(scoreboard: readonly ScoreRow[], command: string): Promise<ReportFigure[]> {
  const comparisons = scoreboard.flatMap((row) =>
    row.pairs.map(({ name, ...pair }): Comparison => ({
      ...pair,
      claim: name === '' ? row.id : `${row.id}: ${name}`,
      by: row.by,
      isCalibrated: row.calibratedOn !== '',
    })),
  );
  const drawable = comparisons.filter(({ paper, simulated, low }) => paper > 0 && simulated > 0 && low > 0);
  if (drawable.length === 0) return [];
  const spec = paperAgainstSimulated(drawable);
  return [
    await ownFigure({
      id: 'paper-against-simulated',
      title: 'Simulated against stated values',
      caption: `Each of the ${drawable.length} positive numbers that the papers state and that were simulated: the simulated value over the paper's, with the 95 % interval over seeds. On the dashed line both agree. Crosses depend on a parameter that was calibrated on a claim.`,
      spec,
      points: { columns: pairColumns, rows: drawable as unknown as readonly Row[] },
      config: 'All claims of the ledger that were measured in this run.',
      command,
    }),
  ];
}

function parameterRows(name: string): ParameterRow[] {
  return parametersOf(testbeds.get(name, 'a figure')).map(({ path: parameter, value, unit, status, source, range, calibratedOn }) => ({
    name: `${name}.${parameter}`,
    value: valueInWords(value, unit),
    status,
    range: range === undefined ? '' : range.map((bound) => valueInWords(bound, unit)).join(' to '),
    calibratedOn: calibratedOn ?? '',
    source,
  }));
}
