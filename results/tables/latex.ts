/**
 * Tables for a paper: LaTeX with the rules of booktabs. Texts are escaped, so that no label can be a command.
 * It knows no experiment. The document needs `\usepackage{booktabs}` and `\usepackage{textcomp}`.
 */
import type { Cell, Column, Row } from '../rows.js';

export interface LatexOptions {
  readonly caption: string;
  /** Of `\label`; letters, digits, colons and dashes. */
  readonly label: string;
  /** Significant digits of numbers; 4 where not given. */
  readonly digits?: number;
}

const specials: Readonly<Record<string, string>> = {
  '\\': '\\textbackslash{}',
  '{': '\\{',
  '}': '\\}',
  $: '\\$',
  '&': '\\&',
  '#': '\\#',
  _: '\\_',
  '%': '\\%',
  '^': '\\textasciicircum{}',
  '~': '\\textasciitilde{}',
  '<': '\\textless{}',
  '>': '\\textgreater{}',
  '|': '\\textbar{}',
  '"': '\\textquotedbl{}',
  µ: '\\textmu{}',
  μ: '\\textmu{}',
  '×': '$\\times$',
  '±': '$\\pm$',
  '≤': '$\\leq$',
  '≥': '$\\geq$',
  '−': '$-$',
  '–': '--',
  '—': '---',
  '…': '\\dots{}',
  '\u00a0': '~',
};

/** Safe as text of a LaTeX document; line ends and other control characters become spaces. */
export const escapeLatex = (text: string): string =>
  text.replace(/[\p{Cc}\u2028\u2029]+/gu, ' ').replace(/[\\{}$&#_%^~<>|"µμ×±≤≥−–—…\u00a0]/g, (character) => specials[character]!);

/**
 * One table, numbers to the right, texts to the left.
 * @throws RangeError at a label that LaTeX could misread, a table without columns, or a row that lacks one
 */
export function latexTable(columns: readonly Column[], rows: readonly Row[], { caption, label, digits = 4 }: LatexOptions): string {
  if (!/^[A-Za-z0-9:-]+$/.test(label)) throw new RangeError(`"${label}" cannot label a table: letters, digits, colons and dashes`);
  if (columns.length === 0) throw new RangeError('a table without columns');
  const kinds = columns.map(({ name }) => (rows.every((row) => isNumeric(row[name])) ? 'r' : 'l'));
  const line = (cells: readonly string[]): string => `    ${cells.join(' & ')} \\\\`;
  return [
    '\\begin{table}',
    '  \\centering',
    `  \\caption{${escapeLatex(caption)}}`,
    `  \\label{${label}}`,
    `  \\begin{tabular}{${kinds.join('')}}`,
    '    \\toprule',
    line(columns.map(heading)),
    '    \\midrule',
    ...rows.map((row, index) => line(columns.map(({ name }) => cellText(row, name, index, digits)))),
    '    \\bottomrule',
    '  \\end{tabular}',
    '\\end{table}',
    '',
  ].join('\n');
}

const isNumeric = (cell: Cell | undefined): boolean => cell === null || typeof cell === 'number';

function heading({ name, unit }: Column): string {
  return escapeLatex(unit === '' || unit === '1' ? name : `${name} (${unit})`);
}

function cellText(row: Row, name: string, index: number, digits: number): string {
  const cell = row[name];
  if (cell === undefined) throw new RangeError(`row ${index} lacks the column "${name}"`);
  if (cell === null) return '--';
  if (typeof cell === 'number') return numberText(cell, digits);
  return escapeLatex(String(cell));
}

/** A minus that is one, and powers of ten as people write them. */
function numberText(value: number, digits: number): string {
  const [mantissa, exponent] = String(Number.isInteger(value) ? value : Number(value.toPrecision(digits))).split('e');
  const sign = value < 0 || exponent !== undefined;
  const power = exponent === undefined ? '' : `\\cdot 10^{${Number(exponent)}}`;
  return sign ? `$${mantissa!}${power}$` : mantissa!;
}
