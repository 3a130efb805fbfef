'use strict';
/* The one time of the page: of a video, or of a clock where there is none. */

function frameTimes(content) {
  if (!content.steps) return null;
  let total = 0;
  return content.steps.map(step => (total += step) / 1000);
}

/* Number of the last entry of an ascending list that is not above a value. */
function lastUpTo(list, value) {
  let low = 0, high = list.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (list[middle] <= value) low = middle + 1; else high = middle;
  }
  return low - 1;
}

class Clock {
  constructor(content, screen, encoded) {
    this.duration = content.duration;
    this.fps = content.fps;
    this.frames = frameTimes(content);
    this.offset = content.media.offset || 0;
    this.now = 0;
    this.playing = false;
    this.listeners = [];
    this.video = null;
    const media = content.media;
    if (media.kind === 'video' || media.kind === 'link') {
      this.openVideo(media, screen, encoded);
    } else if (media.kind === 'pictures') {
      this.openPictures(media, screen);
    }
  }

  openVideo(media, screen, encoded) {
    const video = document.createElement('video');
    video.playsInline = true;
    video.preload = 'auto';
    video.addEventListener('error', () => {
      const text = document.createElement('p');
      text.textContent = media.kind === 'link'
        ? 'The video is not at ' + media.href + '. Keep it beside this page.'
        : 'This browser cannot play the video.';
      screen.replaceChildren(text);
      this.video = null;
      this.tell();
    });
    video.addEventListener('ended', () => this.pause());
    video.addEventListener('click', () => this.toggle());
    if (media.kind === 'link') {
      video.src = media.href;
    } else {
      // a file of its own plays everywhere, a data: URL does not
      const raw = atob(encoded), bytes = new Uint8Array(raw.length);
      for (let i = 0; i < raw.length; i++) bytes[i] = raw.charCodeAt(i);
      video.src = URL.createObjectURL(new Blob([bytes], {type: media.mime}));
    }
    this.video = video;
    screen.append(video);
  }

  openPictures(media, screen) {
    const image = document.createElement('img');
    image.alt = 'the video at the cursor';
    let shown = -1;
    this.onchange(() => {
      const found = Math.max(lastUpTo(media.times, this.now + 1e-3), 0);
      if (found === shown) return;
      shown = found;
      image.src = 'data:image/jpeg;base64,' + media.jpegs[found];
    });
    screen.append(image);
  }

  onchange(listener) { this.listeners.push(listener); }

  tell() { for (const listener of this.listeners) listener(); }

  seek(seconds) {
    this.now = Math.min(Math.max(seconds, 0), this.duration);
    // a millisecond more, so that the frame that begins here is shown
    if (this.video) this.video.currentTime = this.now + this.offset + 1e-3;
    this.tell();
  }

  frameAt(seconds) {
    return this.frames ? Math.max(lastUpTo(this.frames, seconds + 1e-3), 0)
      : Math.floor((seconds + 1e-3) * this.fps);
  }

  step(count) {
    this.pause();
    const frame = Math.max(this.frameAt(this.now) + count, 0);
    const last = this.frames ? this.frames.length - 1 : Infinity;
    this.seek(this.frames ? this.frames[Math.min(frame, last)]
      : frame / this.fps);
  }

  toggle() { if (this.playing) this.pause(); else this.play(); }

  pause() {
    if (this.video) this.video.pause();
    this.playing = false;
    this.tell();
  }

  play() {
    if (this.now >= this.duration - 0.05) this.seek(0);
    this.playing = true;
    if (this.video) this.video.play().catch(() => this.pause());
    let before = performance.now();
    const tick = moment => {
      if (!this.playing) return;
      if (this.video) {
        this.now = Math.max(this.video.currentTime - this.offset, 0);
      } else {
        this.now += (moment - before) / 1000;
        before = moment;
        if (this.now >= this.duration) {
          this.now = this.duration;
          this.playing = false;
        }
      }
      this.tell();
      requestAnimationFrame(tick);
    };
    requestAnimationFrame(tick);
    this.tell();
  }
}
