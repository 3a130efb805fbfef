'use strict';
/* Sorts a table by the column whose head is clicked. */

function sortBy(head) {
  const table = head.closest('table'), body = table.tBodies[0];
  const column = [...head.parentNode.children].indexOf(head);
  const down = head.classList.contains('num')
    ? head.getAttribute('aria-sort') !== 'descending'
    : head.getAttribute('aria-sort') === 'ascending';
  const value = row => row.children[column].dataset.value;
  const compare = head.classList.contains('num')
    ? (a, b) => value(a) - value(b)
    : (a, b) => value(a).localeCompare(value(b), undefined, {numeric: true});
  const rows = [...body.rows].sort(compare);
  if (down) rows.reverse();
  body.replaceChildren(...rows);
  for (const other of head.parentNode.children) {
    other.setAttribute('aria-sort', 'none');
  }
  head.setAttribute('aria-sort', down ? 'descending' : 'ascending');
}

for (const head of document.querySelectorAll('th')) {
  head.querySelector('button').addEventListener('click', () => sortBy(head));
}
