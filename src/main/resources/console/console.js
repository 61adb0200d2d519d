// What the console shows, asked for once a second while somebody looks at it. Nothing here is written as HTML.
'use strict';

const EVERY = 1000;
const KEPT_SECONDS = 600;
const SHOWN_AT_LEAST = 60;
const LONGEST_WAIT = 5000;
const GOOD_ENDINGS = new Set(['completed', 'cancelled']);
const WORDS_FOR_WAITING = {
  busy: 'The image API is busy',
  circuit: 'A circuit is open',
  key: 'The image API refuses the key',
  paused: 'Submits are paused',
};

const element = (id) => document.getElementById(id);
const seen = { at: [], queued: [], inFlight: [], limit: [] };
let paused = false;
let chart;

function text(node, words, className) {
  node.textContent = words;
  if (className !== undefined) node.className = className;
  return node;
}

function made(name, words, className = '') {
  return text(document.createElement(name), words, className);
}

function remember(figures) {
  seen.at.push(Date.parse(figures.at) / 1000);
  seen.queued.push(figures.queued);
  seen.inFlight.push(figures.inFlight);
  seen.limit.push(figures.limit);
  const oldest = seen.at.at(-1) - KEPT_SECONDS;
  while (seen.at[0] < oldest) Object.values(seen).forEach((series) => series.shift());
}

function colour(name) {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}

function size() {
  const box = element('chart');
  return { width: box.clientWidth, height: box.clientHeight };
}

function clock(seconds) {
  return new Date(seconds * 1000).toTimeString().slice(0, 8);
}

function drawing() {
  const axis = { stroke: colour('--muted'), grid: { stroke: colour('--rule'), width: 1 }, ticks: { show: false }, font: '12px system-ui, sans-serif' };
  return new uPlot(
    {
      ...size(),
      legend: { show: false },
      cursor: { show: false },
      scales: {
        x: { range: (_, least, most) => [Math.min(least, most - SHOWN_AT_LEAST), most] },
        y: { range: (_, _least, most) => [0, Math.max(5, most * 1.1)] },
      },
      axes: [
        { ...axis, size: 28, space: 80, incrs: [15, 30, 60, 120, 300], values: (_, ticks) => ticks.map(clock) },
        { ...axis, size: 40, incrs: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000] },
      ],
      series: [
        {},
        { label: 'queued', stroke: colour('--queued'), width: 2, points: { show: false } },
        { label: 'in flight', stroke: colour('--accent'), width: 2, points: { show: false } },
        { label: 'limit', stroke: colour('--edge'), width: 1.5, dash: [6, 4], points: { show: false } },
      ],
    },
    [seen.at, seen.queued, seen.inFlight, seen.limit],
    element('chart'),
  );
}

function redraw() {
  if (chart) chart.destroy();
  chart = drawing();
}

function showChart() {
  if (!chart) redraw();
  chart.setData([seen.at, seen.queued, seen.inFlight, seen.limit]);
}

function showFigures(figures) {
  text(element('queued'), figures.queued);
  text(element('inFlight'), figures.inFlight);
  text(element('limit'), figures.limit);
  text(element('streams'), figures.streams);
  text(element('left'), figures.credits.left ?? '?');
  text(element('used'), figures.credits.used);
  text(element('atRisk'), figures.credits.atRisk, figures.credits.atRisk > 0 ? 'trouble' : '');
}

function showState(figures) {
  const open = Object.values(figures.circuits).some((state) => state !== 'closed');
  const words = WORDS_FOR_WAITING[figures.waitingFor] ?? (open ? 'A circuit is open' : 'All is well');
  text(element('state'), words, figures.waitingFor || open ? 'trouble' : '');
  element('at').dateTime = figures.at;
  text(element('at'), new Date(figures.at).toLocaleTimeString('en-GB'));
}

function showPause(figures) {
  paused = figures.paused !== undefined;
  const since = paused ? new Date(figures.paused.since).toLocaleString('en-GB') : '';
  text(
    element('pause-text'),
    [
      paused ? `Paused since ${since} by ${figures.paused.by}: ${figures.paused.why}` : '',
      figures.restored ? 'The log was restored from a backup: decide at actuator/restored.' : '',
      !paused && !figures.restored ? 'Submits go.' : '',
    ].join(' ').trim(),
  );
  element('why').parentElement.hidden = paused;
  element('why').required = !paused;
  text(element('switch'), paused ? 'Resume' : 'Pause');
  element('switch').disabled = false;
  element('circuits').replaceChildren(...Object.entries(figures.circuits).map(([name, state]) => {
    const pair = made('div', '');
    pair.append(made('dt', name), made('dd', state.replace('_', ' '), state === 'closed' ? '' : 'trouble'));
    return pair;
  }));
}

function row(cells, className) {
  const line = made('tr', '');
  line.append(...cells.map((cell) => made('td', cell, className)));
  return line;
}

function showCallers(callers) {
  const rows = callers.map((it) => row([it.caller, it.queued, it.inFlight]));
  element('callers').replaceChildren(...(rows.length > 0 ? rows : [row(['nobody', 0, 0], 'nothing')]));
}

function ending(it) {
  const line = made('li', '');
  const when = made('time', new Date(it.at).toLocaleTimeString('en-GB'), 'when');
  when.dateTime = it.at;
  line.append(
    made('span', it.status.replace('_', ' '), GOOD_ENDINGS.has(it.status) ? 'status' : 'status trouble'),
    made('span', `${it.seconds.toFixed(1)} s`, 'seconds'),
    made('span', it.model ? `${it.caller} · ${it.model}` : it.caller, 'who'),
    when,
    made('span', it.id, 'id'),
  );
  return line;
}

function showEndings(endings) {
  const lines = endings.map(ending);
  element('endings').replaceChildren(...(lines.length > 0 ? lines : [made('li', 'none yet', 'nothing')]));
}

function show(figures) {
  remember(figures);
  showState(figures);
  showFigures(figures);
  showPause(figures);
  showCallers(figures.callers);
  showEndings(figures.endings);
  showChart();
}

async function ask(path, options = {}) {
  const answer = await fetch(path, { cache: 'no-store', signal: AbortSignal.timeout(LONGEST_WAIT), ...options });
  if (!answer.ok) throw new Error(`${path} answered ${answer.status}`);
  return answer.json();
}

async function look() {
  try {
    if (!document.hidden) show(await ask('actuator/console'));
  } catch (failure) {
    text(element('state'), `No figures: ${failure.message}`, 'trouble');
  } finally {
    setTimeout(look, EVERY);
  }
}

async function turn(event) {
  event.preventDefault();
  element('switch').disabled = true;
  element('trouble').hidden = true;
  try {
    await ask('actuator/submits', paused ? { method: 'DELETE' } : {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ why: element('why').value.trim(), by: 'the console' }),
    });
    element('why').value = '';
  } catch (failure) {
    text(element('trouble'), `Nothing was changed, or nobody knows: ${failure.message}`);
    element('trouble').hidden = false;
  }
}

element('pause').addEventListener('submit', turn);
addEventListener('resize', () => chart && chart.setSize(size()));
matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => chart && redraw());
look();
