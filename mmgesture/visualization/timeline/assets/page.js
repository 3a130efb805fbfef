/* Puts the parts together: legend, figures, keys. */

function startOf(row) { return (row.truth || row.found)[0]; }

function endOf(row) {
  return Math.max(...[row.truth, row.found].filter(Boolean).map(p => p[1]));
}

function isError(row) { return row.kind !== 'matched' && row.kind !== 'found'; }

function figures(content) {
  const list = document.getElementById('figures');
  const add = (name, value) => {
    const pair = element('div');
    pair.append(element('dt', '', name), element('dd', '', value));
    list.append(pair);
  };
  add('length', shownTime(content.duration, 1));
  if (content.known) {
    add('annotated', content.rows.filter(r => r.truth).length);
  }
  add('found', content.rows.filter(r => r.found).length);
  if (content.f1 !== null) {
    add(`F1 at tIoU ${content.tiou}`, content.f1.toFixed(3));
  }
  if (content.threshold !== null) {
    add('scores from', content.threshold.toFixed(2));
  }
}

function help(content) {
  const parts = [];
  if (content.known) {
    parts.push('In each lane the upper bar is annotated, the lower one found.');
  }
  if (content.scores) {
    parts.push('The shade in a lane is the score of its class over time.');
  }
  if (content.events.length) {
    parts.push('Below is when the stream spoke: \u25cb seems to begin, ' +
      '\u25d1 confirmed, \u25cf ended, \u2715 taken back.');
  }
  document.getElementById('rows-help').textContent = parts.join(' ');
  document.querySelector('.help').open = matchMedia('(min-width: 761px)').matches;
}

function notes(content) {
  const place = document.getElementById('notes');
  for (const text of [...content.notes, content.media.note]) {
    if (text) place.append(element('p', '', text));
  }
}

function legend(content, parts) {
  const place = document.getElementById('legend');
  for (const kind of content.kinds) {
    const button = element('button', kindClass(kind.name));
    button.append(element('span', 'mark', kind.mark),
      element('span', '', kind.name), element('b', '', kind.count));
    button.title = 'show or hide these';
    button.setAttribute('aria-pressed', 'true');
    button.addEventListener('click', () => {
      const visible = button.getAttribute('aria-pressed') !== 'true';
      button.setAttribute('aria-pressed', visible);
      content.rows.forEach((row, index) => {
        if (row.kind !== kind.name) return;
        for (const part of parts) part.show(index, visible);
      });
    });
    place.append(button);
  }
}

/* What is annotated and found at the cursor. */
function nowText(content, current) {
  const names = side => [...new Set(current.filter(row => row[side]).map(
    row => content.lanes[side === 'truth' ? row.truthLane : row.lane]))];
  const texts = [];
  if (content.known) {
    texts.push('annotated: ' + (names('truth').join(', ') || '\u2014'));
  }
  texts.push('found: ' + (names('found').join(', ') || '\u2014'));
  return texts;
}

function start() {
  const content = JSON.parse(document.getElementById('content').textContent);
  const encoded = document.getElementById('video');
  const clock = new Clock(content, document.getElementById('screen'),
    encoded.textContent);
  encoded.remove();
  const lanes = new Lanes(content, clock);
  const list = new List(content, clock);
  figures(content);
  legend(content, [lanes, list]);
  help(content);
  notes(content);

  let lit = new Set();
  const now = document.getElementById('now');
  clock.onchange(() => {
    lanes.move();
    const time = clock.now + 1e-3;
    const inside = pair => pair && pair[0] <= time && time < pair[1];
    const next = new Set();
    content.rows.forEach((row, index) => {
      if (inside(row.truth) || inside(row.found)) next.add(index);
    });
    for (const index of lit) {
      if (!next.has(index)) { lanes.light(index, false); list.light(index, false); }
    }
    for (const index of next) {
      if (!lit.has(index)) { lanes.light(index, true); list.light(index, true); }
    }
    lit = next;
    const current = [...next].map(index => content.rows[index]);
    now.replaceChildren(...nowText(content, current.map(row => ({...row,
      truth: inside(row.truth), found: inside(row.found)}))).map(
      text => element('span', '', text)));
    document.getElementById('time').textContent =
      `${shownTime(clock.now)} / ${shownTime(content.duration, 0)}`;
    const play = document.getElementById('play');
    play.textContent = clock.playing ? '\u2016' : '\u25b6';
  });

  const jump = (way, chosen) => {
    const starts = content.rows.filter(chosen).map(startOf)
      .sort((a, b) => a - b);
    const found = way > 0 ? starts.find(s => s > clock.now + 2e-3)
      : starts.findLast(s => s < clock.now - 2e-3);
    if (found !== undefined) clock.seek(found);
  };
  const second = way => { clock.pause(); clock.seek(clock.now + way); };
  const any = () => true;
  const actions = {
    previous: () => jump(-1, any), next: () => jump(1, any),
    back: () => clock.step(-1), ahead: () => clock.step(1),
    play: () => clock.toggle(), error: () => jump(1, isError),
    'zoom-in': () => lanes.setZoom(lanes.zoom * 1.6),
    'zoom-out': () => lanes.setZoom(lanes.zoom / 1.6),
    'zoom-all': () => lanes.setZoom(1),
  };
  for (const [id, action] of Object.entries(actions)) {
    document.getElementById(id).addEventListener('click', action);
  }
  if (content.known) document.body.classList.add('known');
  else document.getElementById('error').remove();
  const keys = {
    ' ': actions.play, ArrowLeft: actions.back, ArrowRight: actions.ahead,
    n: actions.next, p: actions.previous, e: actions.error,
    E: () => jump(-1, isError), '+': actions['zoom-in'],
    '-': actions['zoom-out'], '0': actions['zoom-all'],
    Home: () => clock.seek(0),
  };
  document.addEventListener('keydown', event => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    let action = keys[event.key];
    if (event.shiftKey && event.key === 'ArrowLeft') action = () => second(-1);
    if (event.shiftKey && event.key === 'ArrowRight') action = () => second(1);
    if (!action) return;
    event.preventDefault();
    action();
  });
  // a focused button would take the space for a click
  document.addEventListener('keyup', event => {
    if (event.key === ' ') event.preventDefault();
  });
  clock.seek(0);
}

start();
