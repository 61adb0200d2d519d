import { copy } from './curl.js';
import { element, tell } from './dom.js';
import { Events } from './events.js';
import { picturesOf } from './picture.js';
import { hasEnded } from './sluice.js';
import { creditsOf, duration, elapsed, endingOf, outlookOf, stateOf } from './words.js';

const CANCELLABLE = new Set(['queued', 'submitting']);

/** One generation: its prompt, how far it is, its picture or its trouble, and its events for who wants to see them. */
export class Card {
  #client;
  #on;
  #generation;
  #facts;
  #percent = 0;
  #isTold = false;
  #isReplaying = false;
  #part = {};
  #events;

  /**
   * `on.cancel` and `on.reuse` are told the card, `on.curlOf` gives the same call for a shell, `on.phase` hears each phase,
   * `on.hasKey` tells whether calls need one.
   */
  constructor(generation, { client, on }) {
    this.#client = client;
    this.#on = on;
    this.#generation = generation;
    this.#facts = [generation.selectedModel, generation.aspectRatio].filter(Boolean);
    this.#build(document.getElementById('card').content.cloneNode(true).firstElementChild);
    this.#render();
  }

  get element() {
    return this.#part.card;
  }

  get id() {
    return this.#generation.id;
  }

  get status() {
    return this.#generation.status;
  }

  get prompt() {
    return this.#generation.prompt;
  }

  /** What was asked for, as far as this page or the gateway knows it. */
  get request() {
    const { prompt, selectedModel, aspectRatio } = this.#generation;
    return { prompt, ...(selectedModel && { selectedModel }), ...(aspectRatio && { aspectRatio }) };
  }

  take(news) {
    const before = this.status;
    this.#isTold = true;
    this.#generation = { ...this.#generation, ...news.generation };
    if (!this.#isReplaying) this.#events.tell(news, this.#since(news));
    this.#render();
    if (this.status !== before) this.#on.phase(this);
  }

  tick() {
    if (!hasEnded(this)) this.#part.clock.textContent = elapsed(Date.now() - this.#begun);
  }

  note(words) {
    tell(this.#part.note, words);
  }

  get #begun() {
    return Date.parse(this.#generation.createdAt);
  }

  #build(card) {
    for (const place of card.querySelectorAll('[data-part]')) this.#part[place.dataset.part] = place;
    const { prompt, permalink, bar, cancel, reuse, curl, shell, log, list } = this.#part;
    this.#part.card = card;
    this.#events = new Events(list);
    card.id = this.id;
    prompt.id = `${this.id}-prompt`;
    card.setAttribute('aria-labelledby', prompt.id);
    bar.setAttribute('aria-labelledby', prompt.id);
    permalink.textContent = this.prompt || 'Erased';
    permalink.href = `#${this.id}`;
    cancel.addEventListener('click', () => this.#on.cancel(this));
    reuse.addEventListener('click', () => this.#on.reuse(this));
    curl.addEventListener('click', () => copy(this.#on.curlOf(this.request), curl, shell));
    log.addEventListener('toggle', () => this.#replay());
  }

  #render() {
    const { card, state, frame, pictures, cancel, clock: time } = this.#part;
    const { status } = this.#generation;
    const isNewPhase = card.dataset.status !== status;
    card.dataset.status = status;
    state.textContent = stateOf(status);
    cancel.hidden = !CANCELLABLE.has(status);
    this.#fill();
    tell(this.#part.outlook, hasEnded(this) ? '' : outlookOf(this.#generation));
    tell(this.#part.facts, this.#factsNow().join(' · '));
    frame.hidden = hasEnded(this);
    time.hidden = hasEnded(this);
    this.tick();
    if (!isNewPhase || !hasEnded(this)) return;
    const { hasKey } = this.#on;
    if (status !== 'completed') this.#explain(endingOf(this.#generation));
    else pictures.replaceChildren(...picturesOf(this.#generation, this.prompt, { client: this.#client, hasKey }));
  }

  #factsNow() {
    const { createdAt, finishedAt, status } = this.#generation;
    if (status !== 'completed') return this.#facts;
    const took = finishedAt ? [`made in ${duration(Date.parse(finishedAt) - Date.parse(createdAt))}`] : [];
    return [...this.#facts, ...took, creditsOf(this.#generation).replace(/\.$/, '')].filter(Boolean);
  }

  #explain({ title, detail, next }) {
    this.#part.trouble.hidden = false;
    tell(this.#part.title, title);
    tell(this.#part.detail, detail);
    tell(this.#part.next, next);
  }

  /** No number yet: the bar says so by moving. A new line may estimate less than the one before; the bar does not fall. */
  #fill() {
    const { bar, percent, frame } = this.#part;
    const { status, progress = {} } = this.#generation;
    const isMeasured = status === 'processing' || status === 'overdue';
    this.#percent = isMeasured ? Math.max(this.#percent, progress.percent ?? 0) : 0;
    bar.hidden = hasEnded(this);
    if (isMeasured) bar.value = this.#percent;
    else bar.removeAttribute('value');
    tell(percent, isMeasured ? `${Math.round(this.#percent)}%` : '');
    frame.style.setProperty('--level', `${this.#percent}%`);
  }

  /** The events of one that had ended before this page came are asked for when somebody wants to see them. */
  async #replay() {
    if (!this.#part.log.open || this.#isTold || this.#isReplaying || !hasEnded(this)) return;
    this.#isReplaying = true;
    this.#events.clear();
    try {
      for await (const news of this.#client.watch(this.id)) this.#events.tell(news, this.#since(news));
      this.#isTold = true;
    } catch (trouble) {
      this.#part.list.replaceChildren(element('li', {}, trouble.message));
    } finally {
      this.#isReplaying = false;
    }
  }

  /** Recorded events that are told again happened when they say they did, not when they arrived. */
  #since({ type, generation }) {
    return this.#momentOf(type, generation) - this.#begun;
  }

  #momentOf(type, { createdAt, submittedAt, finishedAt }) {
    const now = new Date().toISOString();
    if (hasEnded({ status: type })) return Date.parse(finishedAt ?? now);
    if (type === 'submitting' || type === 'processing') return Date.parse(submittedAt ?? createdAt);
    return this.#events.isEmpty ? this.#begun : Date.now();
  }
}
