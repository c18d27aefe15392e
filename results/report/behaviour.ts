/**
 * What a report's scoreboard does in a browser: sorts, shows and hides claims by verdict, paper, basis and words.
 * Without scripts the page still shows everything. Plain ECMAScript 2020, as text: it runs from a file, and nothing is fetched.
 */
export const scoreboardScript = `
'use strict';
{
const hidden = { verdict: new Set(), paper: new Set(), basis: new Set() };
const search = document.querySelector('#search');
const counted = document.querySelector('#shown');
const rows = [...document.querySelectorAll('#scoreboard tbody tr')];
const showChosen = () => {
  const words = search === null ? [] : search.value.toLowerCase().split(/\\s+/).filter((word) => word !== '');
  for (const row of rows) {
    const isHidden = Object.keys(hidden).some((kind) => hidden[kind].has(row.dataset[kind]));
    const text = words.length === 0 ? '' : row.textContent.toLowerCase();
    row.hidden = isHidden || words.some((word) => !text.includes(word));
  }
  if (counted !== null) counted.textContent = rows.filter((row) => !row.hidden).length + ' of ' + rows.length + ' claims';
};
for (const chip of document.querySelectorAll('.chip[data-kind]')) {
  const { kind, value } = chip.dataset;
  const set = (shown) => {
    chip.setAttribute('aria-pressed', String(shown));
    if (shown) hidden[kind].delete(value);
    else hidden[kind].add(value);
  };
  if (kind === 'verdict' && (value === 'not modelled' || value === 'not scored')) set(false);
  chip.addEventListener('click', () => { set(chip.getAttribute('aria-pressed') !== 'true'); showChosen(); });
}
if (search !== null) search.addEventListener('input', showChosen);
showChosen();
for (const link of document.querySelectorAll('a[href^="#claim-"]')) {
  // A claim that is asked for is shown, though others of its verdict are not.
  link.addEventListener('click', () => { document.getElementById(link.hash.slice(1)).hidden = false; });
}
window.addEventListener('beforeprint', () => { for (const row of rows) row.hidden = false; });
window.addEventListener('afterprint', showChosen);
const keyOf = (row, column) => {
  const cell = row.cells[column];
  return cell.dataset.sort === undefined ? cell.textContent : cell.dataset.sort;
};
const compare = (a, b) => {
  const [x, y] = [parseFloat(a), parseFloat(b)];
  if (isNaN(x) || isNaN(y)) return isNaN(x) - isNaN(y) || a.localeCompare(b, 'en');
  return x - y || a.localeCompare(b, 'en');
};
for (const table of document.querySelectorAll('table.sortable')) {
  const heads = [...table.tHead.rows[0].cells];
  heads.forEach((head, column) => head.firstElementChild.addEventListener('click', () => {
    const descending = head.getAttribute('aria-sort') === 'ascending';
    for (const other of heads) other.removeAttribute('aria-sort');
    head.setAttribute('aria-sort', descending ? 'descending' : 'ascending');
    const sorted = [...table.tBodies[0].rows].sort((a, b) => compare(keyOf(a, column), keyOf(b, column)) * (descending ? -1 : 1));
    table.tBodies[0].append(...sorted);
  }));
}
}
`;
