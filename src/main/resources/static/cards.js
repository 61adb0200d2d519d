import { byId, element, tell } from './dom.js';
import { Card } from './card.js';
import { Line } from './line.js';
import { untilAnswered } from './patience.js';
import { hasEnded } from './sluice.js';
import { announcementOf, lineOf, tallyOf } from './words.js';

/** One screen of them; older ones come when they are asked for. */
const AT_ONCE = 12;

/** What a screen reader has not read yet when so much more has happened is old news. */
const SPOKEN_AT_ONCE = 6;

/** The caller's generations side by side, the newest first, those that run kept alive by one line. */
export class Cards {
  #client;
  #on;
  #cards = new Map();
  #line;
  #next;
  #owner = 0;

  #list = byId('cards');
  #older = byId('older');
  #spoken = byId('spoken');

  /** `on` is what a card asks of the page: `reuse`, `curlOf`, `hasKey`; and `trouble`, which hears what went wrong on the line. */
  constructor(client, on) {
    this.#client = client;
    this.#on = on;
    this.#line = new Line(client, {
      hasEnded,
      onNews: (news) => this.#take(news),
      onLine: (news) => tell(byId('line'), lineOf(news)),
      onTrouble: on.trouble,
    });
    this.#older.addEventListener('click', () => this.#showOlder().catch(on.trouble));
    setInterval(() => this.#cards.forEach((card) => card.tick()), 1_000);
  }

  get isEmpty() {
    return this.#cards.size === 0;
  }

  /** Whatever runs is followed again: a reload loses nothing. */
  async load() {
    this.#owner += 1; // what was asked for before may be another caller's
    this.#next = undefined;
    this.#line.letGo();
    this.#cards.clear();
    this.#list.replaceChildren();
    await this.#showOlder();
  }

  /** The newest stand first; their order within a batch is the order in which they were asked for. */
  add(generations) {
    this.#list.prepend(...generations.map((generation) => this.#cardOf(generation)));
    this.#follow();
  }

  /** The same for what was asked for just now, which is said aloud as well. */
  accept(generations) {
    this.add(generations);
    const [{ prompt, status }] = generations;
    this.#say(generations.length === 1 ? announcementOf(prompt, status) : `${generations.length} are accepted.`);
    this.#comeIntoView();
  }

  /** On a phone they are below the form. */
  #comeIntoView() {
    const { top } = this.#list.getBoundingClientRect();
    if (top < 0 || top > window.innerHeight / 2) this.#list.scrollIntoView();
  }

  /** Brings it into view, also if it is older than what is shown. */
  async show(id) {
    if (!this.#cards.has(id)) this.add([await untilAnswered((options) => this.#client.get(id, options))]);
    const { element } = this.#cards.get(id);
    element.scrollIntoView({ block: 'nearest' });
    element.querySelector('h3 a').focus({ preventScroll: true });
  }

  async #showOlder() {
    const owner = this.#owner;
    const query = { limit: AT_ONCE, cursor: this.#next };
    const { items, next } = await untilAnswered((options) => this.#client.list({ ...query, ...options }));
    if (owner !== this.#owner) return;
    const unknown = items.filter(({ id }) => !this.#cards.has(id));
    this.#list.append(...unknown.map((generation) => this.#cardOf(generation)));
    this.#next = next ?? undefined;
    this.#older.hidden = this.#next === undefined;
    this.#follow();
  }

  #cardOf(generation) {
    const on = { ...this.#on, cancel: (card) => this.#cancel(card), phase: (card) => this.#speak(card) };
    const card = new Card(generation, { client: this.#client, on });
    this.#cards.set(generation.id, card);
    return card.element;
  }

  #follow() {
    this.#line.follow([...this.#cards.values()].filter((card) => !hasEnded(card)).map(({ id }) => id));
    this.#count();
  }

  #take(news) {
    this.#cards.get(news.generation.id)?.take(news);
    this.#count();
  }

  async #cancel(card) {
    card.note();
    await untilAnswered((options) => this.#client.cancel(card.id, options)).catch((trouble) => card.note(trouble.message));
  }

  #speak({ prompt, status }) {
    if (status !== 'submitting') this.#say(announcementOf(prompt, status)); // which is a moment on the way
  }

  #say(words) {
    this.#spoken.append(element('p', {}, words));
    while (this.#spoken.childElementCount > SPOKEN_AT_ONCE) this.#spoken.firstElementChild.remove();
  }

  #count() {
    const tally = tallyOf([...this.#cards.values()].map(({ status }) => status));
    document.documentElement.dataset.cards = this.isEmpty ? 'none' : 'some';
    document.title = tally === '' ? 'Sluice' : `${tally} · Sluice`;
    tell(byId('tally'), tally);
  }
}
