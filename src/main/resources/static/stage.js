import { byId, tell } from './dom.js';
import { picturesOf } from './picture.js';
import { hasEnded } from './sluice-client.js';
import { Timeline } from './timeline.js';
import { clock, elapsed, endingOf, lineOf, outlookOf, stateOf, troubleWith } from './words.js';

/** Above this the headline is set smaller, so that a long prompt does not push its picture off the screen. */
const LONG_PROMPT = 90;

/** One generation on show: its prompt as the headline, how far it is, its picture or its trouble, its timeline. */
export class Stage {
  #client;
  #timeline = new Timeline();
  #begun = Date.now();
  #isReplay = false;
  #ticking;
  #prompt = '';

  #place = byId('stage');
  #headline = byId('headline');
  #facts = byId('facts');
  #state = byId('state');
  #clock = byId('clock');
  #bar = byId('bar');
  #percent = byId('percent');
  #outlook = byId('outlook');
  #line = byId('line');
  #withdraw = byId('withdraw');
  #frame = byId('frame');
  #pictures = byId('pictures');

  constructor(client, { onWithdraw, onReuse }) {
    this.#client = client;
    this.#withdraw.addEventListener('click', onWithdraw);
    byId('reuse').addEventListener('click', () => onReuse(this.#prompt));
  }

  /** Nothing is on show: the stage says what the page is for. */
  rest() {
    this.#stopTheClock();
    this.#place.dataset.stage = 'rest';
    document.title = 'Sluice';
  }

  /** Begins with what was asked for; a generation that is joined later is told from its own beginning. */
  begin({ prompt, selectedModel, aspectRatio, createdAt }) {
    this.#prompt = prompt;
    this.#isReplay = createdAt !== undefined;
    this.#begun = this.#isReplay ? Date.parse(createdAt) : Date.now();
    this.#timeline.clear();
    this.#pictures.replaceChildren();
    this.#place.dataset.stage = 'running';
    this.#headline.textContent = prompt;
    this.#headline.dataset.length = prompt.length > LONG_PROMPT ? 'long' : 'short';
    tell(this.#facts, [selectedModel, aspectRatio].filter(Boolean).join(' · '));
    this.#state.textContent = 'Asking';
    this.#outlook.textContent = 'On its way to Sluice.';
    this.#withdraw.hidden = true;
    this.#fill(undefined);
    this.#frame.style.aspectRatio = (aspectRatio ?? '4:3').replace(':', ' / ');
    tell(this.#line, 'Opening the line.');
    this.#startTheClock();
    this.#comeIntoView();
  }

  take(news) {
    tell(this.#line, lineOf(news.name));
    if (news.name === 'joined') return;
    const since = this.#momentOf(news) - this.#begun;
    this.#timeline.tell(news, since);
    if (news.generation !== undefined) this.#render(news.generation, since);
  }

  /** The gateway refused, or cannot be reached. */
  refuse(trouble) {
    this.#end('refused', 'Refused', 'No stream.');
    this.#explain(troubleWith(trouble));
  }

  get isRefused() {
    return this.#place.dataset.stage === 'refused';
  }

  /** A small thing that went wrong and ends nothing. */
  note(words) {
    tell(this.#line, words);
  }

  #render(generation, since) {
    const { status, progress = {} } = generation;
    this.#state.textContent = stateOf(status);
    this.#withdraw.hidden = status !== 'queued';
    if (hasEnded(status)) {
      this.#clock.textContent = clock(since);
      this.#finish(generation);
      return;
    }
    const percent = status === 'queued' || status === 'submitting' ? undefined : progress.percent;
    this.#fill(percent);
    this.#outlook.textContent = outlookOf(generation);
    document.title = `${this.#percent.textContent || stateOf(status)} · Sluice`;
  }

  #finish(generation) {
    const { status } = generation;
    this.#fill(status === 'completed' ? 100 : 0);
    if (status === 'completed') {
      this.#end('completed', stateOf(status), 'The stream has ended.');
      this.#pictures.replaceChildren(...picturesOf(generation, this.#prompt, this.#client));
    } else {
      this.#end('failed', stateOf(status), 'The stream has ended.');
      this.#explain(endingOf(generation));
    }
  }

  #end(stage, state, line) {
    this.#stopTheClock();
    this.#place.dataset.stage = stage;
    this.#state.textContent = state;
    this.#outlook.textContent = '';
    this.#withdraw.hidden = true;
    document.title = `${state} · Sluice`;
    tell(this.#line, line);
  }

  #explain({ title, detail, next }) {
    tell(byId('trouble-title'), title);
    tell(byId('trouble-detail'), detail);
    tell(byId('trouble-next'), next);
  }

  /** No number yet: the bar says so by moving, and the water stays low. */
  #fill(percent) {
    if (percent === undefined) this.#bar.removeAttribute('value');
    else this.#bar.value = percent;
    this.#percent.textContent = percent === undefined ? '' : `${Math.round(percent)}%`;
    this.#frame.style.setProperty('--level', `${percent ?? 0}%`);
  }

  /** Recorded events that are told again happened when they say they did, not when they arrived. */
  #momentOf({ name, generation }) {
    if (!this.#isReplay || generation === undefined) return Date.now();
    if (hasEnded(name)) return Date.parse(generation.finishedAt ?? new Date().toISOString());
    if (name === 'submitting' || name === 'processing') return Date.parse(generation.submittedAt ?? generation.createdAt);
    return name === 'queued' && generation.submittedAt === undefined ? this.#begun : Date.now();
  }

  /** On a phone the stage is below the form. */
  #comeIntoView() {
    const { top } = this.#place.getBoundingClientRect();
    if (top < 0 || top > window.innerHeight / 2) this.#place.scrollIntoView();
  }

  #startTheClock() {
    const tick = () => {
      this.#clock.textContent = elapsed(Date.now() - this.#begun);
    };
    this.#stopTheClock();
    this.#ticking = setInterval(tick, 1000);
    tick();
  }

  #stopTheClock() {
    clearInterval(this.#ticking);
  }
}
