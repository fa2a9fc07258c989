// Plays the frames of a session, and shows the light cone of an event of its space-time diagram. It asks nobody for anything.
(function () {
  'use strict';
  function byId(id) { return document.getElementById(id); }

  function play() {
    var source = byId('player-data');
    if (!source) { return; }
    var data = JSON.parse(source.textContent);
    if (data.shots.length === 0) { return; }
    var screen = byId('player-screen'), status = byId('player-status'), slider = byId('player-time');
    var button = byId('player-play');
    var rows = [], standing = [], shown = [];
    var now = data.length, began = 0, isPlaying = false, told = -2;

    screen.textContent = '';
    for (var row = 0; row < data.rows; row += 1) {
      var element = document.createElement('span');
      rows.push(element);
      screen.appendChild(element);
      screen.appendChild(document.createTextNode('\n'));
      shown.push(-1);
    }
    // What stands in each row at each frame.
    data.shots.forEach(function (shot, index) {
      var lines = index === 0 ? shown.slice() : standing[index - 1].slice();
      for (var place = 1; place < shot.length; place += 2) { lines[shot[place]] = shot[place + 1]; }
      standing.push(lines);
    });

    function last(marks, time) {
      var low = 0, high = marks.length;
      while (high > low) {
        var middle = (low + high) >> 1;
        if (marks[middle][0] > time) { high = middle; } else { low = middle + 1; }
      }
      return low - 1;
    }

    function draw(row, line) {
      if (shown[row] === line) { return; }
      shown[row] = line;
      rows[row].textContent = '';
      (line >= 0 ? data.lines[line] : []).forEach(function (piece) {
        var part = document.createElement('span');
        part.className = piece[1];
        part.textContent = piece[0];
        rows[row].appendChild(part);
      });
    }

    function clock(time) {
      var seconds = Math.floor(time / 1000);
      return Math.floor(seconds / 60) + ':' + String(100 + seconds % 60).slice(1);
    }

    function show(time) {
      now = Math.max(0, Math.min(data.length, time));
      var frame = Math.max(0, last(data.shots, now));
      standing[frame].forEach(function (line, row) { draw(row, line); });
      slider.value = String(Math.round(now));
      var step = last(data.steps, now), chapter = last(data.chapters, now);
      var words = (step >= 0 ? 'Step ' + (step + 1) + ' of ' + data.steps.length : 'Before the first step')
        + (step >= 0 ? ': ' + data.steps[step][1] : '')
        + (chapter >= 0 ? ' (' + data.chapters[chapter][1] + ')' : '');
      slider.setAttribute('aria-valuetext', clock(now) + ', ' + words);
      // Said once a step: who listens isn't talked over thirty times a second.
      if (told !== step) { told = step; status.textContent = words; }
      screen.setAttribute('data-at', String(Math.round(now)));
    }

    function pause() {
      isPlaying = false;
      button.textContent = '▶ Play';
    }

    function tick(time) {
      if (!isPlaying) { return; }
      show(time - began);
      if (now >= data.length) { pause(); } else { window.requestAnimationFrame(tick); }
    }

    function toggle() {
      if (isPlaying) { pause(); return; }
      if (now >= data.length) { now = 0; }
      isPlaying = true;
      button.textContent = '❚❚ Pause';
      began = window.performance.now() - now;
      window.requestAnimationFrame(tick);
    }

    function go(time) { pause(); show(time); }

    // To where a step begins: before it has come to anything; after the last one, to the end.
    function step(by) {
      var index = last(data.steps, now) + by;
      if (0 > index) { go(0); return; }
      if (index >= data.steps.length) { go(data.length); return; }
      go(data.steps[index][0]);
    }

    function chapter(by) {
      var index = last(data.chapters, now) + by;
      go(0 > index ? 0 : index >= data.chapters.length ? data.length : data.chapters[index][0]);
    }

    slider.max = String(data.length);
    slider.addEventListener('input', function () { go(Number(slider.value)); });
    button.addEventListener('click', toggle);
    byId('player-back').addEventListener('click', function () { step(-1); });
    byId('player-on').addEventListener('click', function () { step(1); });
    byId('player-chapters').addEventListener('click', function (event) {
      var at = event.target.getAttribute('data-at');
      if (at !== null) { go(Number(at)); }
    });
    byId('player').addEventListener('keydown', function (event) {
      if (event.ctrlKey || event.altKey || event.metaKey) { return; }
      var name = event.target.nodeName;
      var does = {
        ' ': toggle, ArrowLeft: function () { step(-1); }, ArrowRight: function () { step(1); },
        '[': function () { chapter(-1); }, ']': function () { chapter(1); },
        Home: function () { go(0); }, End: function () { go(data.length); }
      }[event.key];
      // A button takes Space itself, and the slider the arrows.
      if (!does || name === 'BUTTON' && event.key === ' ' || name === 'INPUT' && event.key !== ' ') { return; }
      event.preventDefault();
      does();
    });
    ['player-controls', 'player-keys'].forEach(function (id) { byId(id).hidden = false; });
    byId('player-chapters').hidden = data.chapters.length === 0;
    show(0);
  }

  function point() {
    var events = Array.prototype.slice.call(document.querySelectorAll('.event'));
    var words = byId('event-words');
    if (events.length === 0 || !words) { return; }
    var before = {}, after = {};
    events.forEach(function (event) {
      var number = event.getAttribute('data-event');
      before[number] = event.getAttribute('data-after').split(' ').filter(Boolean);
      before[number].forEach(function (cause) { (after[cause] = after[cause] || []).push(number); });
    });

    function reach(from, ways) {
      var seen = {}, open = [from];
      while (open.length > 0) {
        (ways[open.pop()] || []).forEach(function (next) {
          if (!seen[next]) { seen[next] = true; open.push(next); }
        });
      }
      return seen;
    }

    function select(event) {
      var number = event.getAttribute('data-event');
      var past = reach(number, before), future = reach(number, after);
      events.forEach(function (other) {
        var name = other.getAttribute('data-event');
        var standing = other === event ? 'selected' : past[name] ? 'past' : future[name] ? 'future' : 'concurrent';
        other.setAttribute('class', 'event ' + standing);
      });
      var counts = [Object.keys(past).length, Object.keys(future).length];
      words.textContent = event.getAttribute('aria-label') + '. Before it: ' + counts[0] + ', after it: ' + counts[1]
        + ', concurrent with it: ' + (events.length - 1 - counts[0] - counts[1]) + '.';
    }

    function leave() { events.forEach(function (event) { event.setAttribute('class', 'event'); }); }

    events.forEach(function (event) {
      event.addEventListener('mouseenter', function () { select(event); });
      event.addEventListener('focus', function () { select(event); });
      event.addEventListener('mouseleave', leave);
      event.addEventListener('blur', leave);
    });
  }

  play();
  point();
})();
