/**
 * What a report's page does in a browser: draws the charts so that they answer the mouse, sorts the scoreboard, shows and hides verdicts.
 * Without scripts the page still shows everything. Plain ECMAScript 2020, as text: it runs from a file, and nothing is fetched.
 */
export const pageScript = `
'use strict';
for (const chart of document.querySelectorAll('.chart')) {
  const drawn = document.createElement('div');
  // The expressions are interpreted, never compiled: the page allows no eval.
  vegaEmbed(drawn, charts[chart.dataset.figure], { mode: 'vega', renderer: 'svg', ast: true, actions: false }).then(
    () => { chart.replaceChildren(drawn); chart.dataset.ready = 'true'; },
    (error) => { console.error(error); },
  );
}
const hidden = new Set();
const showChosen = () => {
  for (const row of document.querySelectorAll('#scoreboard tbody tr')) row.hidden = hidden.has(row.dataset.verdict);
};
for (const chip of document.querySelectorAll('.chip')) {
  const set = (shown) => {
    chip.setAttribute('aria-pressed', String(shown));
    if (shown) hidden.delete(chip.dataset.verdict);
    else hidden.add(chip.dataset.verdict);
  };
  if (chip.dataset.verdict === 'not modelled' || chip.dataset.verdict === 'not scored') set(false);
  chip.addEventListener('click', () => { set(chip.getAttribute('aria-pressed') !== 'true'); showChosen(); });
}
showChosen();
for (const link of document.querySelectorAll('a[href^="#claim-"]')) {
  // A claim that is asked for is shown, though others of its verdict are not.
  link.addEventListener('click', () => { document.getElementById(link.hash.slice(1)).hidden = false; });
}
window.addEventListener('beforeprint', () => { for (const row of document.querySelectorAll('#scoreboard tr')) row.hidden = false; });
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
    const rows = [...table.tBodies[0].rows].sort((a, b) => compare(keyOf(a, column), keyOf(b, column)) * (descending ? -1 : 1));
    table.tBodies[0].append(...rows);
  }));
}
`;
