import { expect } from 'chai';
import fc from 'fast-check';
import { escapeLatex, latexTable } from '../../../results/tables/latex.js';

const columns = [
  { name: 'system', unit: '', about: '' },
  { name: 'rate', unit: 'MB/s', about: '' },
];
const options = { caption: 'Rates of 100 % writes', label: 'tab:rates' };

describe('a LaTeX table', () => {
  it('has the rules of booktabs, units in its headings, and numbers to the right', () => {
    const rows = [
      { system: 'qcow2_v3', rate: 2.61834 },
      { system: 'fvd', rate: -1e-9 },
      { system: 'raw', rate: null },
    ];
    const text = latexTable(columns, rows, options);
    expect(text).contains('\\begin{tabular}{lr}').and.contains('system & rate (MB/s) \\\\');
    expect(text).contains('qcow2\\_v3 & 2.618 \\\\').and.contains('fvd & $-1\\cdot 10^{-9}$ \\\\').and.contains('raw & -- \\\\');
    expect(text).contains('\\caption{Rates of 100 \\% writes}').and.contains('\\label{tab:rates}');
    for (const rule of ['\\toprule', '\\midrule', '\\bottomrule']) expect(text.split(rule)).length(2);
  });

  it('lets no text be a command, end its cell, or end its line', () => {
    expect(escapeLatex('\\input{/etc/passwd} & 50 % $x^2$ #1\n~')).equals(
      '\\textbackslash{}input\\{/etc/passwd\\} \\& 50 \\% \\$x\\textasciicircum{}2\\$ \\#1 \\textasciitilde{}',
    );
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const escaped = escapeLatex(text);
        const known = escaped.replace(/\\(text[a-z]+|dots)\{\}|\\[{}$&#_%]|\$(-|\\(times|pm|leq|geq))\$|~/g, '');
        expect(known).not.match(/[\\{}$&#_%^~\n\r]/);
      }),
    );
  });

  it('refuses a label that could be a command, a row without a column, and no columns', () => {
    expect(() => latexTable(columns, [], { ...options, label: 'a}b' })).throw(RangeError, '"a}b"');
    expect(() => latexTable(columns, [{ system: 'x' }], options)).throw(RangeError, 'lacks the column "rate"');
    expect(() => latexTable([], [], options)).throw(RangeError, 'without columns');
  });
});
