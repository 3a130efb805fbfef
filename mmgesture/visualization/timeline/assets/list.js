/* The gestures as a table; a click goes there. */

class List {
  constructor(content, clock) {
    this.content = content;
    const known = content.known;
    const heads = known
      ? [['', ''], ['from', 'num'], ['to', 'num'], ['annotated', ''],
        ['found', ''], ['score', 'num'], ['starts off', 'num more'],
        ['ends off', 'num more'], ['', 'more']]
      : [['', ''], ['from', 'num'], ['to', 'num'], ['found', ''],
        ['score', 'num']];
    const table = document.getElementById('list');
    const head = element('tr');
    for (const [name, style] of heads) head.append(element('th', style, name));
    const thead = element('thead');
    thead.append(head);
    this.marks = Object.fromEntries(content.kinds.map(k => [k.name, k.mark]));
    const body = element('tbody');
    this.lines = content.rows.map((row, index) => {
      const line = this.line(row, known);
      line.addEventListener('click', () => clock.seek(startOf(row)));
      body.append(line);
      return line;
    });
    if (!this.lines.length) {
      const cell = element('td', 'empty', 'no gesture');
      cell.colSpan = heads.length;
      const line = element('tr');
      line.append(cell);
      body.append(line);
    }
    table.append(thead, body);
  }

  line(row, known) {
    const line = element('tr', 'row ' + kindClass(row.kind));
    const what = element('td', 'what');
    what.append(element('span', 'mark', this.marks[row.kind]),
      element('span', 'more', row.kind));
    const names = this.content.lanes;
    const times = row.truth || row.found;
    line.append(what, element('td', 'num', shownTime(times[0])),
      element('td', 'num', shownTime(times[1])));
    if (known) {
      line.append(element('td', '', row.truth ? names[row.truthLane] : ''));
    }
    line.append(element('td', '', row.found ? names[row.lane] : ''),
      element('td', 'num', row.score === null ? '' : row.score.toFixed(2)));
    if (known) {
      for (const side of [0, 1]) {
        const off = row.truth && row.found ? row.found[side] - row.truth[side]
          : null;
        line.append(element('td', 'num more', off === null ? ''
          : (off < 0 ? '\u2212' : '+') + Math.abs(off).toFixed(2) + ' s'));
      }
      line.append(element('td', 'more soft', row.note));
    }
    return line;
  }

  show(index, visible) {
    this.lines[index].classList.toggle('hidden', !visible);
  }

  light(index, on) { this.lines[index].classList.toggle('current', on); }
}
