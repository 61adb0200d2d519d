import { byId, element } from './dom.js';
import { stateOf } from './words.js';

/** Enough to find one's way back, few enough to be read at a glance. */
const SHOWN = 10;

/** The caller's newest generations, each a link to itself: the page follows its own address. */
export class Recent {
  #client;
  #section = byId('recent');
  #list = byId('recent-list');
  #current = '';

  constructor(client) {
    this.#client = client;
  }

  /** A list that cannot be had is left as it is: it is a comfort, and the stage tells what is wrong. */
  async refresh() {
    const items = await this.#client.newest(SHOWN).catch(() => undefined);
    if (items === undefined) return;
    this.#list.replaceChildren(...items.map(row));
    this.#section.hidden = items.length === 0;
    this.mark(this.#current);
  }

  mark(generationId) {
    this.#current = generationId;
    for (const link of this.#list.querySelectorAll('a')) {
      if (link.hash === `#${generationId}`) link.setAttribute('aria-current', 'true');
      else link.removeAttribute('aria-current');
    }
  }

  /** What the stream tells about the marked one is newer than the list. */
  tell(status) {
    const state = this.#list.querySelector('[aria-current] .state');
    if (state !== null) say(state, status);
  }
}

function say(state, status) {
  state.dataset.status = status;
  state.textContent = stateOf(status);
}

function row({ id, prompt, status }) {
  const state = element('span', { class: 'state' });
  say(state, status);
  return element('li', {}, element('a', { href: `#${id}` }, element('bdi', {}, prompt), state));
}
