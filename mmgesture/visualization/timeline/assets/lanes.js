/* Lanes: a class each, annotated above found, and what a stream said below. */

function element(tag, className, text) {
  const made = document.createElement(tag);
  if (className) made.className = className;
  if (text !== undefined) made.textContent = text;
  return made;
}

function kindClass(kind) { return 'k-' + kind.replaceAll(' ', '-'); }

function shownTime(seconds, digits = 2) {
  const whole = Math.max(seconds, 0);
  const minutes = Math.floor(whole / 60);
  const rest = (whole - 60 * minutes).toFixed(digits);
  const padded = rest.padStart(digits ? 3 + digits : 2, '0');
  if (minutes < 60) return minutes + ':' + padded;
  return Math.floor(minutes / 60) + ':' +
    String(minutes % 60).padStart(2, '0') + ':' + padded;
}

class Lanes {
  constructor(content, clock) {
    this.content = content;
    this.clock = clock;
    this.zoom = 1;
    this.scroll = document.getElementById('scroll');
    this.inner = document.getElementById('inner');
    this.marks = Object.fromEntries(content.kinds.map(k => [k.name, k.mark]));
    this.tracks = [];
    this.bars = content.rows.map(() => []);
    this.axis = this.addLane('', 'axis').track;
    content.lanes.forEach((name, lane) => this.buildLane(name, lane));
    if (!content.lanes.length) {
      const none = element('p', 'soft', 'No gesture is annotated or found.');
      none.style.padding = '4px 12px';
      this.inner.append(none);
    }
    content.rows.forEach((row, index) => this.placeRow(row, index));
    content.events.forEach(event => this.placeEvent(event));
    this.drawScores();
    this.cursor = element('div');
    this.cursor.id = 'cursor';
    this.inner.append(this.cursor);
    this.inner.addEventListener('click', event => this.clicked(event));
    this.setZoom(1);
    window.addEventListener('resize', () => this.setZoom(this.zoom));
  }

  addLane(name, extra) {
    const lane = element('div', 'lane ' + (extra || ''));
    const label = element('div', 'name');
    label.append(element('span', '', name));
    label.title = name;
    const track = element('div', 'track');
    lane.append(label, track);
    this.inner.append(lane);
    return {lane, track};
  }

  buildLane(name) {
    const {track} = this.addLane(name);
    const parts = {track};
    if (this.content.known) parts.truth = element('div', 'bars');
    parts.found = element('div', 'bars');
    if (this.content.events.length) parts.said = element('div', 'said');
    for (const part of ['truth', 'found', 'said']) {
      if (parts[part]) track.append(parts[part]);
    }
    this.tracks.push(parts);
  }

  percent(seconds) { return 100 * seconds / this.content.duration + '%'; }

  placeRow(row, index) {
    for (const side of ['truth', 'found']) {
      if (!row[side]) continue;
      const lane = side === 'truth' ? row.truthLane : row.lane;
      const [start, end] = row[side];
      const bar = element('button', `bar ${side} ${kindClass(row.kind)}`);
      bar.textContent = this.marks[row.kind];
      bar.style.left = this.percent(start);
      bar.style.width = this.percent(end - start);
      bar.dataset.time = start;
      bar.dataset.row = index;
      bar.title = this.describe(row, side);
      bar.setAttribute('aria-label', bar.title);
      this.tracks[lane][side].append(bar);
      this.bars[index].push(bar);
    }
  }

  describe(row, side) {
    const lane = side === 'truth' ? row.truthLane : row.lane;
    const times = row[side].map(t => shownTime(t)).join(' to ');
    const score = side === 'found' && row.score !== null
      ? ', score ' + row.score.toFixed(2) : '';
    const note = row.note ? '; ' + row.note : '';
    const what = side === 'truth' ? 'annotated' : 'found';
    const kind = row.kind === 'found' ? '' : row.kind + ', ';
    return `${kind}${what}: ${this.content.lanes[lane]}, ${times}${score}${note}`;
  }

  /* A thread from onset to the last word, and a sign for every word. */
  placeEvent(event) {
    const signs = {provisional: '\u25cb', confirmed: '\u25d1',
      closed: '\u25cf', retracted: '\u2715'};
    const said = this.tracks[event.label].said;
    const thread = said.querySelector(`[data-id="${+event.id}"]`) ||
      element('div', 'thread');
    thread.dataset.id = event.id;
    const start = Math.min(event.onset, event.emitted);
    thread.style.left = this.percent(start);
    thread.style.width = this.percent(event.emitted - start);
    if (event.state === 'retracted') thread.classList.add('retracted');
    const word = element('button', 'word', signs[event.state]);
    word.style.left = this.percent(event.emitted);
    word.dataset.time = event.emitted;
    word.title = `${event.state} at ${shownTime(event.emitted)}, ` +
      `${(event.emitted - event.onset).toFixed(2)} s after its onset`;
    word.setAttribute('aria-label', word.title);
    said.append(thread, word);
  }

  drawScores() {
    const scores = this.content.scores;
    if (!scores) return;
    const raw = atob(scores.values), count = scores.times.length;
    this.tracks.forEach((parts, lane) => {
      const points = scores.times.map((time, i) => {
        const height = 100 - raw.charCodeAt(lane * count + i) / 2.55;
        return `${(1000 * time / this.content.duration).toFixed(1)},` +
          height.toFixed(0);
      });
      const space = 'http://www.w3.org/2000/svg';
      const picture = document.createElementNS(space, 'svg');
      picture.setAttribute('viewBox', '0 0 1000 100');
      picture.setAttribute('preserveAspectRatio', 'none');
      const path = document.createElementNS(space, 'path');
      path.setAttribute('d', `M${points[0].split(',')[0]},100L` +
        points.join('L') + `L${points[count - 1].split(',')[0]},100Z`);
      picture.append(path);
      parts.track.prepend(picture);
    });
  }

  clicked(event) {
    const target = event.target.closest('[data-time]');
    if (target) {
      this.clock.seek(+target.dataset.time);
      return;
    }
    const track = event.target.closest('.track');
    if (!track) return;
    const box = track.getBoundingClientRect();
    this.clock.seek(this.content.duration * (event.clientX - box.left) /
      box.width);
  }

  /* A share of the parent's width, that of the names apart. */
  along(share) {
    return `calc(var(--names) + ${share} * (100% - var(--names)))`;
  }

  get names() {
    return parseFloat(getComputedStyle(this.inner).getPropertyValue('--names'));
  }

  get width() { return this.scroll.clientWidth - this.names; }

  setZoom(zoom) {
    const most = Math.max(this.content.duration / 2, 1);
    const middle = this.clock.now / this.content.duration;
    this.zoom = Math.min(Math.max(zoom, 1), most);
    this.inner.style.width = this.along(this.zoom);
    this.drawAxis();
    this.scroll.scrollLeft = middle * this.zoom * this.width - this.width / 2;
    this.move();
    const seen = this.content.duration / this.zoom;
    document.getElementById('zoom-text').textContent =
      `${seen >= 60 ? shownTime(seen, 0) : seen.toFixed(1) + ' s'} in view`;
  }

  drawAxis() {
    const wanted = this.content.duration / (this.zoom * this.width / 90);
    const choices = [0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600,
      900, 1800, 3600, 7200, 36000];
    const step = choices.find(s => s >= wanted) || wanted;
    const ticks = [];
    for (let i = 0; i * step < this.content.duration; i++) {
      const tick = element('span', 'tick',
        shownTime(i * step, step < 1 ? 1 : 0));
      tick.style.left = this.percent(i * step);
      ticks.push(tick);
    }
    this.axis.replaceChildren(...ticks);
  }

  /* Cursor to the current time, and kept in view. */
  move() {
    const share = this.clock.now / this.content.duration;
    const place = share * this.zoom * this.width;
    this.cursor.style.left = this.along(share);
    const left = this.scroll.scrollLeft;
    if (place < left || place > left + this.width) {
      this.scroll.scrollLeft = place - this.width / 4;
    }
  }

  show(index, visible) {
    for (const bar of this.bars[index]) bar.classList.toggle('hidden', !visible);
  }

  light(index, on) {
    for (const bar of this.bars[index]) bar.classList.toggle('current', on);
  }
}
