import { element } from './dom.js';
import { clock, sentenceFor } from './words.js';

/**
 * Every event of one generation's stream, in order, each with what it means and, opened, with what came over the wire.
 * News of the moment (no `id`) of one type in a row share a line that shows the newest, so that a minute of progress does
 * not bury the few events that are recorded.
 */
export class Events {
  #list;
  #last;

  constructor(list) {
    this.#list = list;
  }

  get isEmpty() {
    return this.#last === undefined;
  }

  clear() {
    this.#list.replaceChildren();
    this.#last = undefined;
  }

  tell(news, since) {
    const isMoment = news.id === undefined;
    if (!isMoment || this.#last?.type !== news.type || !this.#last.isMoment) this.#append(news, isMoment);
    this.#last.times += 1;
    this.#write(news, since);
  }

  #append(news, isMoment) {
    const parts = {
      time: element('span', { class: 'time' }),
      count: element('span', { class: 'count' }),
      sentence: element('span', { class: 'sentence' }),
      wire: element('pre', { class: 'wire' }),
    };
    const name = element('span', { class: 'name' }, news.type);
    const summary = element('summary', {}, name, parts.count, parts.time, parts.sentence);
    const kind = isMoment ? 'moment' : news.type;
    this.#list.append(element('li', { 'data-kind': kind }, element('details', {}, summary, parts.wire)));
    this.#last = { type: news.type, isMoment, times: 0, ...parts };
  }

  #write(news, since) {
    const { times, time, count, sentence, wire } = this.#last;
    time.textContent = clock(since);
    count.textContent = times > 1 ? `× ${times}` : '';
    sentence.textContent = sentenceFor(news);
    wire.textContent = asOnTheWire(news);
  }
}

/** `data` is one line there; here it may be read. */
function asOnTheWire({ type, id, generation }) {
  const place = id === undefined ? [] : [`id: ${id}`];
  return [`event: ${type}`, ...place, `data: ${JSON.stringify(generation, null, 2)}`].join('\n');
}
